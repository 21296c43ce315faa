"""Which suites judge a line of the policy, the likeliest killer first, and what they say of a broken text."""
import hashlib
import os
import pathlib
import re
import subprocess
import tempfile
import threading

PROGRAMS = {'bird': 'tests/bird/bird_oracle', 'attack': 'tests/attack/attack_test', 'rpki': 'tests/rpki/rpki_oracle'}
DECISION = 'bird:JudgeOracle bird:AcceptedRoute bird:BirdAccepts '
# What begins in the first column names the place that its lines belong to.
PLACE = re.compile(r'(?:function|filter|define|template bgp|protocol \w+|roa6 table|ipv6 table) (\w+)')
JUDGES = [  # part, pattern of a place, suites; the first that fits
    ('decision.conf', '', DECISION + 'bird:FunctionForm bird:ClassicServer attack:FunctionForm attack:Announcements attack:Attributes'),
    ('peerlab_function.conf', '', 'bird:FunctionForm attack:FunctionForm attack:Announcements attack:Attributes attack:World attack:Sessions'),
    ('peerlab.conf', 'BOGON|DOCUMENTATION|TRANSIT|peerlab_(say|judge_world|import)', 'bird:WorldImport attack:World rpki:Rpki'),
    ('peerlab.conf', 'rpki6|gate', 'rpki:Rpki attack:World'),
    ('peerlab.conf', 'peerlab_world', 'attack:World attack:Announcements attack:Sessions rpki:Rpki'),
    ('peerlab.conf', 'sibling', 'attack:SiblingTerms attack:Siblings attack:Reach'),
    ('peerlab.conf', 'peerlab_template',
     'attack:Terms attack:Reach attack:SessionsForm attack:FunctionForm attack:Announcements attack:Attributes attack:World attack:Siblings attack:Scale '
     'attack:Sessions bird:RealControlSocket'),
    ('peerlab.conf', 'peerlab_export', 'bird:Shadow attack:Announcements attack:World attack:Siblings rpki:Rpki'),
    ('peerlab.conf', 'peerlab_(clean|foreign|kernel|withheld|elsewhere|prepend|to_members|live)',
     'bird:Shadow attack:Siblings attack:World attack:Announcements attack:Attributes bird:FunctionForm attack:FunctionForm'),
    ('peerlab.conf', '', DECISION + 'bird:Shadow attack:Announcements attack:Attributes attack:Siblings attack:Sessions'),
]


def suites_of(part, text, line):
    """The suites for what stands in this line, counted from 1, of a part's text."""
    places = [PLACE.match(code) for code in text.split('\n')[:line]]
    place = next((found[1] for found in reversed(places) if found), '')
    return next(suites.split() for name, pattern, suites in JUDGES if name == part and re.search(pattern, place))


class Judges:
    """The test programs of a build.  What a program said of a text is kept in `cache` for as long as it is the same program."""

    def __init__(self, build, cache):
        self.build, self.cache = build, cache
        cache.mkdir(parents=True, exist_ok=True)
        self.digests = {name: hashlib.sha256((build / program).read_bytes()).digest() for name, program in PROGRAMS.items()}

    def killer(self, part, text, suites):
        """The first test that goes red, or None."""
        return next((red for red in (self._verdict(part, text, suite) for suite in suites) if red), None)

    def _verdict(self, part, text, suite):
        program, name = suite.split(':')
        key = hashlib.sha256(b'\0'.join([self.digests[program], suite.encode(), part.encode(), text.encode()]))
        kept = self.cache / key.hexdigest()
        if not kept.exists():
            red = self._red(part, text, program, f'{name}.*:*/{name}.*')
            # A test that is red only once was disturbed by what else the machine did.
            if red and self._red(part, text, program, red) is None:
                red = self._red(part, text, program, f'{name}.*:*/{name}.*')
            new = kept.with_suffix(f'.{os.getpid()}.{threading.get_ident()}')
            new.write_text(red or '')
            new.rename(kept)  # whole or not at all
        return kept.read_text()

    def _red(self, part, text, program, tests):
        """The test that was running when something was first found wrong; nobody waits for the rest of it."""
        with tempfile.TemporaryDirectory(prefix='peerlab-test-', ignore_cleanup_errors=True) as folder:
            file = pathlib.Path(folder, part)
            file.write_text(text)
            # All that a test started ends with it.
            command = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', 'timeout', '300', self.build / PROGRAMS[program],
                       f'--gtest_filter={tests}']
            running = None
            with subprocess.Popen(command, env=os.environ | {'PEERLAB_FIXED_PART': str(file), 'TMPDIR': folder}, text=True,
                                  errors='replace', stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as ran:
                for line in ran.stdout:
                    if found := re.match(r'\[ RUN      \] (\S+)', line):
                        running = found[1]
                    if line.endswith(': Failure\n'):
                        ran.kill()
                        return running
                    if line.startswith(('[  SKIPPED ]', '[==========] Running 0 ')):
                        raise SystemExit(f'{program}, {tests}: {line.strip()}')
            return None if ran.returncode == 0 else running or f'{program} exit {ran.returncode}'

#!/usr/bin/env python3
"""Breaks the hand-written part of the policy, one condition at a time, and runs the oracle and the attack table on each break.

  mutate_policy.py BUILD [FILE...]    FILE: a name among those below; default: all

A break that no test notices is a survivor.  docs/policy-mutants.md explains those that may survive; any other makes this
program exit 1.  It asks the machine's BIRD first: what BIRD does not read as a configuration is no break.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PARTS = {'peerlab.conf': 'deploy/ixp', 'decision.conf': 'deploy/ixp/function', 'peerlab_function.conf': 'deploy/ixp/function'}
EXPLAINED = ROOT / 'docs/policy-mutants.md'
# A filter that is put to one BIRD answers at once; live sessions wait ten seconds before they are sure.
AT_ONCE = 'BirdAccepts.*:*AcceptedRoute.*:*JudgeOracle.*:WorldImport.*'
TESTS = [('tests/bird/bird_oracle', AT_ONCE), ('tests/bird/bird_oracle', f'-{AT_ONCE}:PrintedPolicy.*'),
         ('tests/attack/attack_test', '*'), ('tests/rpki/rpki_oracle', '*')]

NUMBER = r'(?<![\w:./"{-])\d+(?![\w:./}])'
RULES = [  # pattern in a line's code, what stands there instead
    (r'[^;{}]+;', lambda m: ''),
    (r'\bif (.+?) then', lambda m: f'if ! ({m[1]}) then'),
    (r'\bwhere (.+?);', lambda m: f'where ! ({m[1]});'),
    (r'\breturn (?!true|false)(.+?);', lambda m: f'return ! ({m[1]});'),
    (r'\breturn true\b', lambda m: 'return false'),
    (r'\breturn false\b', lambda m: 'return true'),
    (r'\baccept\b', lambda m: 'reject'),
    (r'\breject\b', lambda m: 'accept'),
    (r' < ', lambda m: ' <= '),
    (r' > ', lambda m: ' >= '),
    (r' = (?="|RTS_|RTD_|ROA_|1;)', lambda m: ' != '),
    (r' != ', lambda m: ' = '),
    (r'&&', lambda m: '||'),
    (r'\|\|', lambda m: '&&'),
    (r'! (?=[(a-z])', lambda m: ''),
    (r'\bon\b', lambda m: 'off'),
    (r'\boff\b', lambda m: 'on'),
    (r'(?<=[0-9:])\+(?=[ ,])', lambda m: ''),
    (r'(?<=\[ )[0-9a-f:]+/\d+\+?, ', lambda m: ''),
    (r', [0-9a-f:]+/\d+\+?', lambda m: ''),
    (r', \d+(?=,| \])', lambda m: ''),
    (NUMBER, lambda m: str(int(m[0]) + 1)),
    (NUMBER, lambda m: str(max(int(m[0]) - 1, 0))),
]


def segment(code, start, end):
    """The statement around code[start:end], for people."""
    begin = max(code.rfind(c, 0, start) for c in ';{}') + 1
    ends = [i for i in (code.find(c, end) for c in ';}') if i >= 0]
    return begin, min(ends, default=len(code))


def breaks_of(text):
    """(what, line number, broken text) for each single break, each broken text once."""
    seen = {text}
    lines = text.split('\n')
    for number, line in enumerate(lines):
        code = line.split('#', 1)[0]
        for pattern, instead in RULES:
            if pattern is NUMBER and code.startswith('define'):
                continue  # a list of numbers is broken by one that is missing
            for match in re.finditer(pattern, code):
                broken_line = code[:match.start()] + instead(match) + code[match.end():]
                broken = '\n'.join(lines[:number] + [broken_line] + lines[number + 1:])
                if broken in seen or broken_line.strip() == code.strip():
                    continue
                seen.add(broken)
                dropped = instead(match) == '' and match[0].endswith(';')
                begin, end = (match.start(), match.end()) if dropped else segment(code, match.start(), match.end())
                after = '' if dropped else broken_line[begin:end + len(broken_line) - len(code)]
                yield f'{code[begin:end].strip().rstrip(";")} => {after.strip().rstrip(";") or "nothing"}', number + 1, broken


def render(build, folder):
    """A server directory of the function form, which holds every part."""
    (folder / 'site.toml').write_text(
        'name = "ixpfra01"\nasn = 64500\nrouter_id = "100.64.0.1"\noverlay_ipv4 = "100.64.0.1"\n'
        'overlay_ipv6 = "fd7a:115c:a1e0::1"\npool = ["3fff:100::/40"]\ninfrastructure = ["3fff:200::/48"]\n')
    subprocess.run([build / 'bin/peerlab-bird-config', 'render', '--site', folder / 'site.toml', '--form', 'function',
                    '--out', folder], check=True, stdout=subprocess.DEVNULL)
    return {file.name: file.read_text() for file in folder.glob('*.conf')}


def is_configuration(server, part, whole, broken):
    with tempfile.TemporaryDirectory() as name:
        for file, text in server.items():
            text = broken if file == part else text
            if part == 'decision.conf' and file == 'peerlab_generated.conf':
                text = text.replace(whole, broken)
            pathlib.Path(name, file).write_text(text)
        return subprocess.run(['bird', '-p', '-c', f'{name}/bird.conf'], capture_output=True).returncode == 0


def killer(build, part, broken):
    """The first test that goes red, or None."""
    runs = TESTS if part == 'peerlab.conf' else TESTS[:3]  # RPKI is the business of peerlab.conf alone
    with tempfile.TemporaryDirectory() as name:
        file = pathlib.Path(name, part)
        file.write_text(broken)
        for program, tests in runs:
            command = [build / program, '--gtest_fail_fast', f'--gtest_filter={tests}']
            try:
                ran = subprocess.run(command, env=os.environ | {'PEERLAB_FIXED_PART': str(file)}, capture_output=True,
                                     text=True, errors='replace', timeout=300)
            except subprocess.TimeoutExpired:
                return f'{program} after 300 s'
            if ran.returncode != 0:
                red = re.search(r'^\[  FAILED  \] (\S+)', ran.stdout, re.M)
                return red[1] if red else f'{program} exit {ran.returncode}'
    return None


def explained():
    """(part, pattern) of each table row of the document; * stands for anything."""
    rows = []
    for line in EXPLAINED.read_text().splitlines():
        cells = re.match(r'\| `([^`]+)` \| `([^`]+)` \| ', line)
        if cells:
            pattern = '.*'.join(re.escape(piece) for piece in cells[2].split('*'))
            rows.append((cells[1], re.compile(pattern + r'\Z')))
    return rows


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    parts = sys.argv[2:] or list(PARTS)
    allowed = explained()
    with tempfile.TemporaryDirectory() as folder:
        server = render(build, pathlib.Path(folder))
    for part in parts:  # a test that is red without a break would kill everything
        red = killer(build, part, (ROOT / PARTS[part] / part).read_text())
        if red:
            sys.exit(f'{red} is red on {part} as it stands')

    def judged(job):
        part, whole, what, line, broken = job
        if not is_configuration(server, part, whole, broken):
            return part, line, what, 'no configuration', ''
        red = killer(build, part, broken)
        if red:
            return part, line, what, 'killed', red
        reason = any(part == name and pattern.match(what) for name, pattern in allowed)
        return part, line, what, 'survived, explained' if reason else 'SURVIVED', ''

    jobs = []
    for part in parts:
        whole = (ROOT / PARTS[part] / part).read_text()
        jobs += [(part, whole, *one) for one in breaks_of(whole)]
    counts = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for part, line, what, end, red in pool.map(judged, jobs):
            counts[end] = counts.get(end, 0) + 1
            if end != 'no configuration':
                print(f'{end:<20} {part}:{line}: {what}' + (f'  [{red}]' if red else ''), flush=True)
    print(', '.join(f'{count} {end}' for end, count in sorted(counts.items())))
    return 1 if 'SURVIVED' in counts else 0


if __name__ == '__main__':
    sys.exit(main())

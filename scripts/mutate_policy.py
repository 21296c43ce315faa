#!/usr/bin/env python3
"""Breaks the hand-written part of the policy, one condition at a time, and asks the tests that concern it what they notice.

A break that no test notices is a survivor.  docs/policy-mutants.md explains those that may survive; any other makes this program
exit 1.  It asks the machine's BIRD first: what BIRD does not read as a configuration is no break.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from mutation.breaks import breaks_of
from mutation.judges import Judges, suites_of

ROOT = pathlib.Path(__file__).resolve().parent.parent
PARTS = {'peerlab.conf': 'deploy/ixp', 'decision.conf': 'deploy/ixp/function', 'peerlab_function.conf': 'deploy/ixp/function'}
EXPLAINED = ROOT / 'docs/policy-mutants.md'
SITE = '''name = "ixpfra01"
asn = 64500
router_id = "100.64.0.1"
overlay_ipv4 = "100.64.0.1"
overlay_ipv6 = "fd7a:115c:a1e0::1"
node_id = 1
pool = ["3fff:100::/40"]
infrastructure = ["3fff:200::/48"]
[[upstream]]
name = "transit"
asn = 64496
address = "2001:db8:ff::2"
local_address = "2001:db8:ff::1"
'''
SIBLING = '''[[sibling]]
name = "ams"
node_id = 2
address = "2001:db8:fb::2"
local_address = "2001:db8:fb::1"
'''


def arguments():
    asked = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    asked.add_argument('build', type=pathlib.Path, help='folder with the test programs')
    asked.add_argument('parts', nargs='*', metavar='FILE', help=f'of {", ".join(PARTS)}; default: all')
    asked.add_argument('--lines', default='1-9999', metavar='A-B', help='only breaks of these lines, as after an edit')
    asked.add_argument('--jobs', type=int, default=os.cpu_count(), help='breaks judged at the same time; default: the cores')
    cache = os.environ.get('PEERLAB_CACHE') or pathlib.Path(os.environ.get('XDG_CACHE_HOME', '~/.cache'), 'peerlab')
    asked.add_argument('--cache', type=pathlib.Path, default=pathlib.Path(cache, 'mutants').expanduser(),
                       help='what was judged before, so that an interrupted run goes on where it was')
    options = asked.parse_args()
    for part in set(options.parts) - set(PARTS):
        asked.error(f'{part} is none of {", ".join(PARTS)}')
    return options


def server_directories(build):
    """{name: text} of what `render` writes, in each form; the function form has no siblings."""
    for form, site in ('sessions', SITE + SIBLING), ('function', SITE):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, 'site.toml').write_text(site)
            subprocess.run([build / 'bin/peerlab-bird-config', 'render', '--site', f'{folder}/site.toml', '--form', form, '--out',
                            folder], check=True, stdout=subprocess.DEVNULL)
            yield {file.name: file.read_text() for file in pathlib.Path(folder).glob('*.conf')}


def is_configuration(servers, whole, broken):
    """Whether BIRD reads every server directory with `broken` instead of `whole`, wherever that stands in it."""
    for server in servers:
        with tempfile.TemporaryDirectory() as name:
            for file, text in server.items():
                pathlib.Path(name, file).write_text(text.replace(whole, broken))
            if subprocess.run(['bird', '-p', '-c', f'{name}/bird.conf'], capture_output=True).returncode != 0:
                return False
    return True


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
    options = arguments()
    first, last = map(int, options.lines.split('-'))
    build = options.build.resolve()
    judges = Judges(build, options.cache)
    servers, allowed = list(server_directories(build)), explained()

    jobs = []
    for part in options.parts or PARTS:
        whole = (ROOT / PARTS[part] / part).read_text()
        if not any(whole in text for server in servers for text in server.values()):
            sys.exit(f'{build} was built before {part} was changed')
        broken = [one for one in breaks_of(whole) if first <= one[1] <= last]
        for suite in sorted({suite for _, line, _ in broken for suite in suites_of(part, whole, line)}):
            if red := judges.killer(part, whole, [suite]):
                sys.exit(f'{red} is red on {part} as it stands')  # it would kill everything
        jobs += [(part, whole, *one) for one in broken]

    def judged(job):
        part, whole, what, line, broken = job
        if not is_configuration(servers, whole, broken):
            return part, line, what, 'no configuration', ''
        red = judges.killer(part, broken, suites_of(part, whole, line))
        if red:
            return part, line, what, 'killed', red
        reason = any(part == name and pattern.match(what) for name, pattern in allowed)
        return part, line, what, 'survived, explained' if reason else 'SURVIVED', ''

    counts = {}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for part, line, what, end, red in pool.map(judged, jobs):
            counts[end] = counts.get(end, 0) + 1
            if end != 'no configuration':
                print(f'{end:<20} {part}:{line}: {what}' + (f'  [{red}]' if red else ''), flush=True)
    print(', '.join(f'{count} {end}' for end, count in sorted(counts.items())))
    return 1 if 'SURVIVED' in counts else 0


if __name__ == '__main__':
    sys.exit(main())

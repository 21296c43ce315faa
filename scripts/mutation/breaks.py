"""The single breaks of a hand-written part of the policy: what a careless edit would do to one condition."""
import re

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

"""C++ text as the rules need it: without comments, without literals, and its functions with their sizes."""
import re

# Raw strings first: they may hold anything, quotes and comment marks too.
TOKEN = re.compile(
    r'(?P<raw>R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)")'
    r'|(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|(?P<text>"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+')",
    re.S,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    return TOKEN.sub(lambda m: _blank(m[0]) if m["comment"] else m[0], text)


def code_only(text):
    """Comments and literals blanked; every line keeps its number."""
    return TOKEN.sub(lambda m: _blank(m[0]), text)


def comments_only(text):
    return "\n".join(m["comment"] for m in TOKEN.finditer(text) if m["comment"])


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
FUNCTION_END = re.compile(r"(\)|\bconst|\bnoexcept|\boverride|\bfinal)\s*$")


def _opens_function(header):
    header = re.sub(r"\btemplate\s*<[^{};]*?>(?=\s*[\w:\[~])", "", header)
    if re.search(r"[=,(]\s*$", header):
        return False  # an initialiser or an argument
    if CONTAINER.search(header) and not FUNCTION_END.search(header):
        return False
    # `Type::Type() : a_{x}, b_{y} {`: a member initialiser's brace came just before.
    return ")" in header or not header.strip() or header.lstrip().startswith(",")


def functions(text):
    """(first line, lines) of each function body at namespace or class scope, its signature included."""
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: _blank(m[0]), code_only(text), flags=re.M)
    found, stack, header_at = [], [], 0
    for mark in re.finditer(r"[{};]", code):
        inside = any(is_function for is_function, _ in stack)
        if mark[0] == "{":
            header = code[header_at:mark.start()]
            first = header_at + len(header) - len(header.lstrip())
            stack.append((not inside and _opens_function(header), line_of(code, first)))
        elif mark[0] == "}" and stack:
            is_function, first = stack.pop()
            if is_function:
                found.append((first, line_of(code, mark.start()) - first + 1))
        header_at = mark.end()
    return found

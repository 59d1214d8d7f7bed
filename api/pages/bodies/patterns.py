"""Forms by which lines of programs, consoles, patches and configurations are told from sentences.

No rule knows a language of people: lines are told by their punctuation, and by words that
begin a statement of a language of programs together with what must follow them there.
"""

from __future__ import annotations

import re

DIFF = re.compile(
    r"@@ -\d|diff --?\w|index [0-9a-f]{7,}\.\.|(?:---|\+\+\+) \S+[/.]\S"
    r"|[+-](?![ \t]?[^\W\d_]+ [^\W\d_]+ )\s*\S.{0,200}[;{}]\Z"
)
CONSOLE = re.compile(
    r"""
    \+\s.{0,300}[(),{}=]\s*\Z | \.\.\.\s{1,8}\w+.{0,200}[:()=]
    | \$\s+[a-zA-Z./~] | [%#]\s+(?:\./|/|sudo\b|cd\b|ls\b|apt|make\b|git\b)
    | [\w.-]{1,40}@[\w.-]{1,60}[:\s][^$#%]{0,100}[$#%](?:\s|\Z)
    | (?:In|Out)\s?\[\d+\]: | irb.{0,30}> | \((?:gdb|lldb|pdb|Pdb)\)
    | \w{1,30}(?:=|-|\()?[#>]\s+\S.{0,300};?\s*\Z(?<=;)
    | (?:mysql|sqlite|SQL|psql|ftp|GRASS.{0,60})>
    | [A-Za-z]:\\[^<>|]{0,200}> | PS\s[A-Za-z]:\\
    | \[\d{1,6}(?:,\s?\d{0,6})?\](?:\s|\Z) | \[,\d+\] | \[\[\d+\]\]
    | Error(?:\s(?:in|:)|:) | [A-Z]\w+\s\w+\s[\w.:]+\(.{0,300}\)\s?:
    | Warning(?:\smessages?)?: | Traceback\s\(most | Execution\shalted
    | (?:Exception\s|\w+(?:Error|Exception):\s) | File\s"[^"]{1,300}",\sline\s\d+
    | at\s[\w.$]+\([\w.]+:\d+\)
    | Calls: | Loading\srequired\s | The\sfollowing\sobjects?\s.{0,60}masked | Attaching\spackage
    | \*{2,}\s | (?:checking|\*\s\w+)\s.{1,200}\.\.\. | \[\d{4}/\d{6}:
    | ERROR\b | WARNING\b | \d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*\s
    | (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s{1,2}\d{1,2}\s\d\d:\d\d:\d\d\s
    """,
    re.VERBOSE,
)
# Words that begin a statement, with what must follow for a sentence not to be meant.
STATEMENT = re.compile(
    r"""
    (?:library|require|source|print|plot|summary|str|setwd|install\.packages)\(
    | import\s+[\w.]+(?:\s+as\s+\w+|\s*,\s*\w+)*\s*;?\Z | from\s+[\w.]+\s+import\s
    | (?:async\s)?def\s+\w+\s*\( | class\s+\w+\s*[(:{] | (?:else|try|finally|do)\s*[:{]?\Z
    | (?:if|for|while|elif|switch|catch|foreach)\s*\(
    | (?:if|elif|while|for|with|except)\b.{1,200}:\Z(?<=[\])\w"']:)
    | \}?\s*else\b\s*(?:if\b|[{:]|\Z)
    | (?:return|yield|raise|throw|break|continue|pass)\b.{0,100}\Z(?<=[;)\]}])
    | (?:break|continue|pass|end|endif|fi|done|esac|then|endfor|next)\s*;?\Z
    | function\b\s*\w*\s*\( | \#!\s?/
    | \#\s*(?:include|define|ifdef|ifndef|endif|pragma|undef|if|else)\b
    | (?:int|char|void|double|float|long|unsigned|static|const|struct|bool|auto|var|let|public
      |private|protected)\s+[\w<>:*&]+.{0,200}[;{(),=]\Z
    | select\s+(?:\*|distinct\b|\w+\(|[\w.]+(?:\s*,\s*[\w.]+)*\Z) | where\s.{1,100}[<>=]
    | (?:select|insert\sinto|delete\sfrom|create\s(?:table|index|view)|alter\stable|update)\s
      .{0,200}(?:\bfrom\b|\bset\b|\(|;\Z|\bvalues\b)
    | (?:sudo|apt-get|yum|dnf|pip3?|npm|docker|kubectl|curl|wget|ssh|scp|chmod|chown
      |mkdir|rsync|systemctl|iptables|ip|ogr2ogr|ogrinfo|gdal\w+|Rscript|\./\S+|R\sCMD)\s+\S
    | (?:git|make|tar|cd|ls|cp|mv|rm|cat|grep|echo|export|gcc|g\+\+|python3?|perl|ruby|java|ping
      |dig)\s+[-./~$"'\w]*[-./~$"'=]\S*
    | <[/!?]?\w[^<>]{0,200}>.{0,200}\Z(?<=>)
    """,
    re.VERBOSE,
)
# Those of SQL, whose statements read like sentences; only capitals tell.
QUERY = re.compile(
    r"(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|DROP|FROM|WHERE|GROUP BY|ORDER BY"
    r"|HAVING|LIMIT|(?:LEFT |RIGHT |INNER |OUTER |FULL |CROSS )*JOIN|VALUES|UNION|AND|OR|ON|SET"
    r"|BEGIN|COMMIT|GRANT|EXPLAIN|WITH|RETURNING)\b(?![.:!?'])"
)
ASSIGNMENT = re.compile(
    r"[\w.$\])\"'@`]\s?(?:<<?-|:=|\+=|-=|\*=|\|=|==|!=|<=|>=|=>|%>%|\|>|&&|\|\|)(?:\s|[\w\"'({\[]|\Z)"
    r"|->\s?[\w.]+\s*\Z|\A[\w.$\[\]\"',:@]{1,80}\s?=\s?\S"
)
ENDING = re.compile(r"[;{}\\&|]\s*\Z|[=<+*~]\s*\Z|[)\"'\w\]],\s*\Z(?<=[)\"'\]],)|\A[)}\]]")
CALL = re.compile(r"\A[\w.:$@<>\[\]-]{1,80}\(.{0,400}[)({,]\s*(?:#.*)?\Z|\A\w[\w.]*\(\)\s*\Z")
INLINE = re.compile(
    r"[a-zA-Z_][\w.]*\(|\w\$\w|\w::\w|\w_\w|\w\[[\w,:\"' ]{0,40}\]|\w=\S|[=~^]"
    r"|\d\.\d{1,3}\.\d{1,3}\.\d|(?:[0-9a-f]{2}:){3}|0x[0-9a-f]|<[A-Z_,]{2,60}>"
    r"|\b(?:eth|wlan|ens|enp|tun|wg|tty|sd[a-z])\d"
)
OPTION = re.compile(r"(?:\A|\s)--?[a-zA-Z][\w-]{0,30}(?=[\s=]|\Z)")
PATH = re.compile(r"(?:\A|\s)(?:\.{0,2}/[\w.-]+/\S|[A-Za-z]:[\\/]\w)")
COMMENT = re.compile(r"#+(?!\d)|%{1,3} |//|/\*|\*/|<!--|;;")
STRUCTURE = re.compile(
    r"\.\.[@$ ]|\$ [\w.]+ *:|@ [\w.]+ *:|[|+]-{2,}|\|.*\||[\"'][^\"']{0,80}[\"'],"
)
# Most lines of mail hold none of these signs, nor begin with a word that opens a statement.
TELLING = re.compile(r"[^\w\s.,!?'’-]|[\d_\t]|(?:\A|\s)-|[^\s.!?,]  |\A {4}|\w\.\w|\.\.\.|,\Z")
OPENERS = frozenset(
    "import from def class else try finally do return yield raise throw break continue pass end "
    "endif fi done esac then endfor next select insert delete create alter update drop where "
    "group order having limit left right inner outer full cross join values union and or on set "
    "begin commit grant explain with returning sudo apt-get yum dnf pip pip3 npm docker kubectl "
    "curl wget ssh scp chmod chown mkdir rsync systemctl iptables ip ogr2ogr ogrinfo rscript r "
    "loading attaching execution the error warning".split()
)

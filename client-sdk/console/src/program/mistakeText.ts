import type { Language } from "@flywheel/look";
import { mistakePhrases } from "./parts.js";

/** Patterns of what the service says and the words for it; the first that fits counts. */
export type Phrases = readonly (readonly [RegExp, string])[];

/** What stands in a document instead of what should, where it isn't shown as it was written. */
const FOUND: Phrases = [
  [/^(?:nothing|missing)$/, "未填写"],
  [/^a list$/, "列表"],
  [/^a mapping$/, "一组字段"],
  [/^a time$/, "已填时间"],
  [/^given$/, "已填写"],
  [/^no limit$/, "没有上限"],
  [/^(\d+) elements$/, "$1 项"],
  [/^(\d+) bytes$/, "$1 字节"],
  [/^nesting$/, "嵌套过深"],
  [/^aliases$/, "别名"],
  [/^too many values$/, "内容过多"],
  [/^too many aliases$/, "别名过多"],
  [/^none$/, "没有"],
];

/** What is written wholly in the service's words, without an expectation. */
const REMARKS: Phrases = [
  [/^(.+) \(unknown field; did you mean (.+)\?\)$/s, "$1（没有这个字段，是否想写 $2？）"],
  [/^(.+) \(unknown field; known are: (.+)\)$/s, "$1（没有这个字段，可用的有：$2）"],
  [/^(.+) \(given twice; first in line (\d+)\)$/s, "$1（重复填写，第一次在第 $2 行）"],
];

const EXPECTED: Phrases = [
  // What the contract states of fields: numbers, texts, lists, durations and times.
  [/^(-?\d+|\d+[smhd]) to (\d+[smhd]?)$/, "$1 到 $2 之间"],
  [/^a whole number, (-?\d+) to (\d+)$/, "$1 到 $2 之间的整数"],
  [/^(\d+) to (\d+) elements$/, "$1 到 $2 项"],
  [/^(\d+) to (\d+) elements; something is counted$/, "$1 到 $2 项；有计数就要有等级"],
  [/^at most (\d+)$/, "最多 $1"],
  [/^at most (\d+) elements$/, "最多 $1 项"],
  [/^at most (\d+) characters$/, "最多 $1 个字符"],
  [/^at most (\d+) levels$/, "最多 $1 层"],
  [/^at most (\d+) values, with what aliases repeat$/, "最多 $1 个值，别名重复的也计入"],
  [/^(\d+) to (\d+) letters, digits and (.+)$/, "$1 到 $2 个字母、数字或 $3"],
  [/^a lower-case letter, then up to (\d+) of (.+) and -$/, "小写字母开头，之后最多 $1 个 $2 或 -"],
  [/^one of: (.+)$/, "$1 之一"],
  [/^one kind only; another is in line (\d+)$/, "只选一种，第 $1 行已有另一种"],
  [/^true or false$/, "true 或 false"],
  [/^a list$/, "列表"],
  [/^a mapping of (.+)$/, "一组字段（$1）"],
  [/^a program$/, "方案的内容"],
  [/^a text$/, "文字"],
  [/^a text; it is shown where a viewer's language has none$/, "文字；没有观众所用语言的文字时显示它"],
  [/^a time such as (.+)$/, "带时区的时间，如 $1"],
  [/^a time after (\w+), (.+)$/, "晚于 $1（$2）"],
  [/^a duration such as (.+), (.+), (.+) or (.+)$/, "时长，如 $1、$2、$3 或 $4"],
  [
    /^whole seconds, minutes, hours or days such as (.+), (.+), (.+) or (.+)$/,
    "整数的秒、分、小时或天，如 $1、$2、$3 或 $4",
  ],
  [/^whole minutes$/, "整分钟"],
  [/^an IANA time zone such as (.+)$/, "IANA 时区，如 $1"],
];

/** What is wrong with a condition. */
const CONDITION: Phrases = [
  [
    /^this trigger is set off by (\w+)s, so the condition may speak of (\w+) and viewer$/,
    "此任务由 $1 触发，条件只能用 $2 和 viewer",
  ],
  [/^this trigger is set off by (\w+)s, so it may speak of (\w+)$/, "由 $1 触发，只能用 $2"],
  [/^an audience may speak of viewer only$/, "观众条件只能用 viewer"],
  [/^undefined field (.+)$/, "没有字段 $1"],
  [/^undeclared reference to (.+)$/, "没有定义 $1"],
  [/^reserved identifier: (.+)$/, "$1 是保留字"],
  [/^expected type (.+) but found (.+)$/, "类型应为 $1，却是 $2"],
  [/^found no matching overload for '[_@]?(.+?)_?' applied to '(.+)'$/, "$1 不能用于 $2"], // of '_>_' and '@in' too
  [/^type (.+) does not support field selection$/, "类型 $1 没有字段"],
  [/^expression of type (.+) cannot be range of a comprehension .+$/, "类型 $1 不是列表，不能遍历"],
  [/^(?:mismatched input|no viable alternative at input) '<EOF>'.*$/, "条件没有写完"],
  [/^missing (.+) at '<EOF>'$/, "末尾缺少 $1"],
  [/^missing (.+) at (.+)$/, "$2 之前缺少 $1"],
  [/^extraneous input (.+?)(?: expecting <EOF>)?$/, "多余的 $1"],
  [/^(?:mismatched input|no viable alternative at input) (.+?)(?: expecting <EOF>)?$/, "此处不能写 $1"],
  [/^token recognition error at: (.+)$/, "无法识别 $1"],
  [/^unsupported syntax (.+)$/, "不支持 $1 这种写法"],
  [/^invalid argument to has\(\) macro$/, "has() 中应为一个字段"],
  [/^The argument must be a simple name$/, "此处应为一个简单的名称"],
  [/^For input string: (.+)$/, "数字 $1 过大"],
  [/^a regular expression has at most (\d+) characters$/, "正则表达式最多 $1 个字符"],
  [/^a regular expression has at most (\d+) steps once it is compiled$/, "正则表达式编译后最多 $1 步"],
  [/^a regular expression repeats its parts at most (\d+) times in all$/, "正则表达式的重复总共最多 $1 次"],
  [/^a regular expression is written out, in quotes$/, "正则表达式要直接写在引号里"],
  [/^a regular expression of RE2: (.+)$/, "正则表达式（RE2 语法）有误"],
  [/^a duration is written as (.+), (.+), (.+) or (.+)$/, "时长写作 $1、$2、$3 或 $4"],
  [/^a duration is at most (\d+) days$/, "时长最多 $1 天"],
  [/^there is no time zone (.+)$/, "没有时区 $1"],
  [/^there is no time (.+)$/, "没有时间 $1"],
  [/^there is no item (.+)$/, "没有第 $1 项"],
  [/^there is no key (.+)$/, "没有键 $1"],
  [/^(.+) is no number$/, "$1 不是数字"],
  [/^a number that is too large$/, "数字过大"],
  [/^a division by zero$/, "除数为零"],
  [/^Expression recursion limit exceeded\. limit: (\d+)$/, "嵌套超过 $1 层"],
];

/** Why a document is no YAML. */
const YAML: Phrases = [
  [/^mapping values are not allowed here$/, "此处不能写「字段: 值」"],
  [/^mapping keys are not allowed here$/, "此处不能写字段"],
  [/^sequence entries are not allowed here$/, "此处不能写列表项"],
  [/^could not find expected ':'$/, "缺少 ':'"],
  [/^found unexpected end of stream$/, "引号没有闭合"],
  [/^found unexpected document separator$/, "引号没有闭合，就遇到了文档分隔符"],
  [/^expected <block end>, but found (.+)$/, "此处不能有 $1，请检查缩进和引号"],
  [/^expected the node content, but found (.+)$/, "此处应有内容，却是 $1"],
  [/^expected ',' or (.+), but got (.+)$/, "应为 ',' 或 $1，却是 $2"],
  [/^expected alphabetic or numeric character, but found (.+)$/s, "应为字母或数字，却是 $1"],
  [/^expected chomping or indentation indicators, but found (.+)$/s, "| 或 > 之后应换行，却是 $1"],
  [/^expected a comment or a line break, but found (.+)$/s, "应为注释或换行，却是 $1"],
  [
    /^expected escape sequence of (\d+) hexadecimal numbers, but found: (.*)$/s,
    "应为 $1 位十六进制数字，却是 $2",
  ],
  [/^expected ('<document start>'|'[^a-z]+'), but found (.+)$/s, "应为 $1，却是 $2"],
  [/^found (?:character '\\t|a .+ after \\t).+$/, "不能用制表符缩进"],
  [/^found character '(.+)' that cannot start any token\. .+$/, "不能以 $1 开头，请加引号"],
  [/^found unknown escape character (.+)$/, "未知的转义字符 $1"],
  [/^found undefined alias (.+)$/, "没有定义别名 $1"],
  [/^found undefined tag handle (.+)$/, "没有定义标签 $1"],
  [/^but found another document$/, "只能有一个文档"],
  [/^unexpected character found (.+)$/s, "不能写字符 $1"],
  [/^special characters are not allowed$/, "不能有特殊字符"],
  [/^DEL character \(0x7F\) is not allowed in .+$/, "不能有 DEL 字符（0x7F）"],
  [/^Non scalar key is detected .+$/, "字段名不能是列表或一组字段"],
  [
    /^ ?the leading empty lines contain more spaces \((\d+)\) .+ \((\d+)\)\.$/,
    "开头空行的缩进（$1）多于首行（$2）",
  ],
];

/** What the service's parser calls the pieces of a document. */
const PIECES: Readonly<Record<string, string>> = {
  "stream end": "文末",
  "document start": "文档的开头",
  "document end": "文档的结尾",
  "block end": "段落的结尾",
  "block mapping start": "字段",
  "block sequence start": "列表",
  scalar: "值",
  anchor: "锚点",
  alias: "别名",
  tag: "标签",
};

/** What the service says is wrong in a program, in a person's language; what has no words here stays English. */
export function mistakeText(message: string, language: Language): string {
  if (language !== "zh") return message;
  const [, mistake, line] = /^(.+\)) in line (\d+)$/s.exec(message) ?? [];
  if (mistake && line) return `${mistakeText(mistake, language)}，第 ${line} 行`;
  const [, found, expected] = /^(.*) \(expected: (.+)\)$/s.exec(message) ?? [];
  if (found === undefined || expected === undefined) return inWords(message, REMARKS);
  return `${foundText(found, expected)}（应为：${expectedText(expected)}）`;
}

/** Of a document that can't be read it is said why; of anything else, what stands there. */
function foundText(found: string, expected: string): string {
  if (!expected.startsWith("YAML or JSON")) return inWords(found, [...FOUND, ...mistakePhrases()]);
  return inWords(found, YAML).replace(/ ?'?<([a-z ]+)>'?/g, (piece, name: string) => PIECES[name] ?? piece);
}

const languages: Readonly<Record<string, string>> = {
  "YAML or JSON": "YAML 或 JSON",
  "a condition in CEL": "CEL 条件",
  "a text in CEL": "CEL 文本表达式",
};

function expectedText(expected: string): string {
  const [, plain, meant] = /^(.+); did you mean (.+)\?$/s.exec(expected) ?? [];
  if (plain && meant) return `${expectedText(plain)}；是否想写 ${meant}？`;
  const [, language, line, column, why] =
    /^(YAML or JSON|a condition in CEL|a text in CEL)(?:; (?:line (\d+), )?column (\d+)(?:: (.+))?)?$/s.exec(
      expected,
    ) ?? [];
  if (!language) return inWords(expected, [...EXPECTED, ...mistakePhrases()]);
  const place = column ? `；${line ? `第 ${line} 行` : ""}第 ${column} 列` : "";
  return `${languages[language]}${place}${why ? `：${inWords(why, CONDITION)}` : ""}`;
}

function inWords(text: string, phrases: Phrases): string {
  const phrase = phrases.find(([pattern]) => pattern.test(text));
  return phrase ? text.replace(...phrase) : text;
}

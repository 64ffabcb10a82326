/**
 * How the page looks: a postcard that came back. Light and dark, from a phone to a wide screen.
 *
 * @module
 */

export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #faf8f3; --card: #fffefb; --ink: #24211c; --soft: #6a645a; --line: #e3ddd0;
  --red: #b3261e; --blue: #1f4e96; --mark: #ffe2a8; --hit: #fdeceb; --code: #f5f2ea;
  --fix: #eef5ea; --fix-line: #5d8f4a; --keyword: #8a3b9c; --text: #2f6f3e; --comment: #736d62; --number: #9a5300;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15171b; --card: #1c1f25; --ink: #ece8e0; --soft: #a29c90; --line: #32363e;
    --red: #ff8a80; --blue: #8fb7f5; --mark: #4d3810; --hit: #3b2224; --code: #17191e;
    --fix: #1c2a1c; --fix-line: #7fb56b; --keyword: #d9a3e8; --text: #9fd3a4; --comment: #9a9488; --number: #f0b37a;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans) }
.airmail {
  height: 9px;
  background: repeating-linear-gradient(135deg, #c0392f 0 14px, #faf8f3 14px 28px, #2a5caa 28px 42px, #faf8f3 42px 56px);
}
main { max-width: 1060px; margin: 0 auto; padding: 28px 32px 40px }
header { display: flex; gap: 24px; justify-content: space-between; align-items: flex-start }
.address { min-width: 0; padding-top: 14px }
p { margin: 0 }
.request-line { font: 15px/1.5 var(--mono); overflow-wrap: anywhere }
.request-line b { color: var(--blue); margin-right: 6px }
.request-line i { font-style: normal; color: var(--soft) }
.sender, .hint { color: var(--soft); font-size: 14px; margin-top: 2px }
.hint code { font: 13px var(--mono); color: var(--ink) }
.stamp { flex: none; width: 186px; color: var(--red); opacity: .85; transform: rotate(-6deg) }
.stamp svg { display: block; font-family: var(--sans) }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 22px 26px; margin-top: 20px }
section.error:first-of-type { border-top: 3px solid var(--red) }
.kind { font: 14px/1.5 var(--mono); overflow-wrap: anywhere }
.name { color: var(--red); font-weight: 600 }
.relation { font-family: var(--sans); color: var(--soft); margin-right: 4px }
.chip { background: var(--code); border: 1px solid var(--line); border-radius: 5px; padding: 1px 7px; margin-left: 4px; font: 13px var(--mono) }
h1, .message {
  margin: 6px 0 0; font-weight: 650; line-height: 1.32; white-space: pre-wrap; overflow-wrap: anywhere;
  max-height: 14em; overflow: auto;
}
h1 { font-size: 26px; letter-spacing: -.01em }
.message { font-size: 19px }
h1.long, .message.long { font: 14px/1.65 var(--mono); letter-spacing: normal; max-height: 26em }
.message + .block, h1 + .block { margin-top: 10px }
h2 { font-size: 17px; margin: 0 0 10px }
h3 { font-size: 14px; margin: 18px 0 6px; color: var(--soft); font-weight: 600 }
.none { color: var(--soft); font-style: italic; font-family: var(--sans) }
.fix {
  margin-top: 14px; padding: 10px 14px; background: var(--fix); border-left: 3px solid var(--fix-line);
  border-radius: 0 7px 7px 0; white-space: pre-wrap; overflow-wrap: anywhere;
}
.fix b { margin-right: 6px; color: var(--fix-line) }
details { margin-top: 12px }
summary { cursor: pointer; border-radius: 5px; padding: 3px 5px; margin-left: -5px; overflow-wrap: anywhere }
summary:hover { background: var(--code) }
.frame > summary, .frame.bare { font-size: 14px }
.frame.bare { padding: 3px 0 3px 16px; overflow-wrap: anywhere }
.call { font: 600 14px var(--mono) }
.place { font: 13px var(--mono); color: var(--soft); margin-left: 6px }
.place b { color: var(--ink) }
.folded > summary, .members > summary { color: var(--soft); font-size: 14px }
.folded > :not(summary) { margin-left: 18px }
pre { margin: 6px 0 0; font: 13px/1.65 var(--mono); overflow: auto; tab-size: 2 }
.code, .block { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: 10px 0 }
.block { padding: 12px 14px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 30em }
.code code { display: block; width: max-content; min-width: 100%; font: inherit }
.line { display: block; padding-right: 16px; border-left: 3px solid transparent }
.number { display: inline-block; width: 3.6em; padding-right: 1.2em; text-align: right; color: var(--soft); user-select: none }
.hit { background: var(--hit); border-left-color: var(--red) }
.hit .number { color: var(--red); font-weight: 700 }
mark { background: var(--mark); color: inherit; border-radius: 3px; box-shadow: 0 0 0 1px var(--mark) }
.keyword { color: var(--keyword) } .text { color: var(--text) } .comment { color: var(--comment); font-style: italic } .number-value { color: var(--number) }
dl { margin: 0 }
dl > div { display: grid; grid-template-columns: minmax(110px, 210px) 1fr; gap: 14px; padding: 5px 0; border-top: 1px solid var(--line) }
dl > div:first-child { border-top: 0 }
dt { color: var(--soft); font: 13px/1.6 var(--mono); overflow-wrap: anywhere }
dd { margin: 0; font: 13px/1.6 var(--mono); overflow-wrap: anywhere; white-space: pre-wrap; min-width: 0 }
.bar { display: flex; justify-content: space-between; align-items: center; gap: 12px }
.bar h2 { margin: 0 }
button {
  font: 600 13px var(--sans); color: var(--blue); background: transparent; border: 1px solid currentColor;
  border-radius: 7px; padding: 5px 12px; cursor: pointer;
}
button:hover { background: var(--code) }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px }
footer { color: var(--soft); font-size: 14px; margin-top: 22px }
footer p { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; justify-content: space-between }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
[hidden] { display: none }
@media (max-width: 640px) {
  main { padding: 16px 14px 28px }
  section { padding: 16px; border-radius: 8px }
  header { gap: 10px }
  .address { padding-top: 4px }
  .stamp { width: 62px; overflow: hidden }
  .stamp svg { width: 118px }
  h1.short { font-size: 21px }
  dl > div { grid-template-columns: 1fr; gap: 0 }
  .number { width: 2.9em; padding-right: .8em }
  .place { display: block; margin-left: 16px }
}
@media (prefers-contrast: more) { :root { --soft: var(--ink); --line: var(--ink) } }
@media print { .airmail, button { display: none } section { break-inside: avoid } }
`

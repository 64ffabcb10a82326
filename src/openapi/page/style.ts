/**
 * How the page looks: a postcard of its own. Light and dark, from a phone to a wide screen.
 *
 * @module
 */

const LIGHT = `
  color-scheme: light;
  --paper: #faf8f3; --card: #fffefb; --ink: #24211c; --soft: #655f55; --line: #e3ddd0; --code: #f4f0e7; --field: #fff;
  --edge: #958d7e; --red: #b3261e; --blue: #1f4e96; --green: #2b6a38; --amber: #8a5200; --violet: #6d3b9c; --chosen: #e8eef8;
  --on: #fff;`

const DARK = `
  color-scheme: dark;
  --paper: #15171b; --card: #1c1f25; --ink: #ece8e0; --soft: #aaa397; --line: #32363e; --code: #15181d; --field: #121418;
  --edge: #747985; --red: #ff8a80; --blue: #8fb7f5; --green: #8fd39b; --amber: #f0b866; --violet: #cda5f0; --chosen: #243146;
  --on: #15171b;`

export const STYLE: string = `
:root {${LIGHT}
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
@media (prefers-color-scheme: dark) { :root:not([data-theme]) {${DARK}
} }
:root[data-theme=dark] {${DARK}
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 var(--sans); overflow-wrap: anywhere }
.airmail { height: 7px; background: repeating-linear-gradient(135deg, #c0392f 0 14px, #faf8f3 14px 28px, #2a5caa 28px 42px, #faf8f3 42px 56px) }
header { display: flex; gap: 14px; align-items: center; padding: 10px 22px; border-bottom: 1px solid var(--line); background: var(--card) }
.title { margin-right: auto; color: inherit; text-decoration: none; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.title b { font-size: 17px; letter-spacing: -.01em }
.version { color: var(--soft); font: 12.5px var(--mono); margin-left: 6px }
a { color: var(--blue) }
.document { font: 13px var(--mono) }
.shell { display: grid; grid-template-columns: 268px minmax(0, 1fr); align-items: start }
nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 18px 12px 30px 22px; scrollbar-gutter: stable }
.search { position: relative; margin-bottom: 12px }
.search input { padding-right: 34px }
kbd { position: absolute; right: 9px; top: 7px; font: 12px var(--mono); color: var(--soft); border: 1px solid var(--line); border-radius: 4px; padding: 0 6px; background: var(--code); pointer-events: none }
nav h2 { font-size: 12px; letter-spacing: .05em; text-transform: uppercase; color: var(--soft); margin: 18px 8px 4px }
ul { list-style: none; margin: 0; padding: 0 }
nav a { display: flex; gap: 9px; align-items: center; padding: 5px 8px; border-radius: 7px; color: inherit; text-decoration: none; font-size: 14px }
nav a > :last-child { min-width: 0 }
nav a:hover { background: var(--code) }
nav a[aria-current] { background: var(--chosen); font-weight: 600 }
.method { flex: none; white-space: nowrap; font: 700 10.5px/1.8 var(--mono); width: 44px; text-align: center; border-radius: 5px; border: 1px solid currentColor; letter-spacing: .02em }
.get { color: var(--blue) } .post { color: var(--green) } .put { color: var(--amber) } .patch { color: var(--violet) } .delete { color: var(--red) }
main { padding: 26px 34px 60px 22px; min-width: 0; outline: 0 }
.operation { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 30px; align-items: start; max-width: 1360px }
.overview { max-width: 820px }
h1 { font-size: 25px; line-height: 1.25; letter-spacing: -.015em; margin: 0 0 8px; outline: 0 }
h2 { font-size: 16px; margin: 0 0 8px }
h3 { font-size: 13.5px; margin: 0 0 4px; color: var(--soft) }
p { margin: 0 }
.told section, .overview section { margin-top: 26px }
.target { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; font: 15px var(--mono) }
.target .method { width: auto; padding: 0 9px; font-size: 12px }
.target code { min-width: 0 }
code { font-family: var(--mono); font-size: .92em }
em { font-style: normal; color: var(--amber) }
.marks { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 12px }
.mark { font-size: 12.5px; padding: 1px 9px; border-radius: 99px; border: 1px solid var(--line); background: var(--card); color: var(--soft) }
.mark.id { font-family: var(--mono); color: var(--ink) }
.mark.guard { color: var(--amber); border-color: currentColor }
.mark.old { color: var(--red); border-color: currentColor }
.description { margin-top: 14px; white-space: pre-wrap }
.soft { color: var(--soft) }
.old { text-decoration: line-through; text-decoration-thickness: 1px }
.mark.old { text-decoration: none }
.members > li { padding: 7px 0; border-top: 1px solid var(--line) }
.members > li:first-child { border-top: 0 }
.members .members { border-left: 2px solid var(--line); padding-left: 12px; margin-top: 4px }
.name { font-weight: 650 }
.type { color: var(--blue) }
.required { color: var(--red); font-size: 12px; margin-left: 7px }
.place { color: var(--soft); font-size: 12px; margin-left: 7px; border: 1px solid var(--line); border-radius: 4px; padding: 0 5px }
.about { display: block; color: var(--soft); white-space: pre-line }
.hint { color: var(--soft); font-size: 13px; margin-top: 3px }
.hint .about { display: inline; margin-left: 6px }
.chip { background: var(--code); border: 1px solid var(--line); border-radius: 5px; padding: 1px 6px }
.media > p { display: flex; flex-wrap: wrap; gap: 6px }
.outline { margin-top: 8px; padding: 6px 14px; background: var(--card); border: 1px solid var(--line); border-radius: 9px }
.shape { padding: 3px 0 }
.media + .media { margin-top: 14px }
.reply, .bare { border-top: 1px solid var(--line); padding: 7px 0 }
.reply > :not(summary) { margin: 8px 0 0 18px }
.bare { padding-left: 18px }
summary { cursor: pointer; border-radius: 5px }
.folded > summary { color: var(--soft); font-size: 13.5px; padding: 3px 0 }
.folded > :not(summary) { margin: 4px 0 4px 10px }
.good { color: var(--green) } .bad { color: var(--red) } .other { color: var(--amber) }
.plain li { padding: 2px 0 }
.index a > * { min-width: 0 }
.index a { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; padding: 9px 8px; border-top: 1px solid var(--line); color: inherit; text-decoration: none }
.index a:hover { background: var(--code) }
.index .left a > :not(.method) { text-decoration: line-through }
.try { position: sticky; top: 16px; padding: 18px 22px 20px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 1px 2px #0001, 0 6px 24px #0000000d }
.field { margin-bottom: 12px }
label select { margin-top: 4px }
label { display: block; font-size: 14px; margin-bottom: 4px }
.inner { border-left: 2px solid var(--line); padding-left: 12px; margin-top: 8px }
input, textarea, select, button { font: inherit; color: inherit }
input, textarea, select { width: 100%; padding: 6px 10px; background: var(--field); border: 1px solid var(--edge); border-radius: 7px; font-size: 14px }
textarea { resize: vertical; font-family: var(--mono); font-size: 13px; line-height: 1.5; tab-size: 2; display: block }
select + div { margin-top: 8px }
[aria-invalid] { border-color: var(--red) }
button { padding: 5px 13px; border-radius: 7px; border: 1px solid var(--edge); background: var(--card); cursor: pointer; font-size: 14px; white-space: nowrap }
button:hover { background: var(--code) }
button:disabled { opacity: .55; cursor: default }
.send { background: var(--blue); border-color: var(--blue); color: var(--on); font-weight: 600; padding: 7px 24px }
.send:hover { background: var(--blue); filter: brightness(1.08) }
.quiet { font-size: 12px; padding: 2px 9px; border-color: var(--line); color: var(--soft) }
.actions { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; margin: 16px 0 18px }
.keys { font-size: 12.5px }
.block { margin: 0; padding: 11px 14px; background: var(--code); border: 1px solid var(--line); border-radius: 8px; font: 13px/1.6 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 420px; overflow: auto; tab-size: 2 }
.held { position: relative }
.held > .block::before { content: ""; float: right; width: 62px; height: 20px }
.held > .quiet { position: absolute; right: 8px; top: 8px; background: var(--card) }
.answer:not(:empty) { margin-top: 18px; padding-top: 16px; border-top: 1px dashed var(--edge) }
.status { font-size: 16px }
.facts { color: var(--soft); font-size: 13.5px; margin-left: 6px }
.body { margin-top: 8px }
dl { margin: 0 }
dl > div { display: grid; grid-template-columns: minmax(90px, 170px) minmax(0, 1fr); gap: 12px; padding: 3px 0; border-top: 1px solid var(--line); font: 12.5px/1.5 var(--mono) }
dt { color: var(--soft); overflow-wrap: anywhere } dd { margin: 0 }
.key { color: var(--blue) } .text { color: var(--green) } .literal { color: var(--amber) }
figure { margin: 0; padding: 12px; background: repeating-conic-gradient(var(--code) 0 25%, var(--card) 0 50%) 0 0 / 18px 18px; border: 1px solid var(--line); border-radius: 8px; text-align: center }
img { max-width: 100%; height: auto; vertical-align: top }
.log { list-style: none; margin: 6px 0 0; padding: 0; max-height: 380px; overflow: auto; background: var(--code); border: 1px solid var(--line); border-radius: 8px; font: 13px/1.5 var(--mono) }
.log li { padding: 6px 12px; border-top: 1px solid var(--line); overflow-wrap: anywhere; white-space: pre-wrap }
.log li:first-child { border-top: 0 }
.event { margin-right: 9px; color: var(--amber) } .failed { color: var(--red) } .failed .event { color: inherit }
#menu { display: none }
.skip { position: absolute; left: -999px; top: 8px; background: var(--card); padding: 8px 14px; z-index: 9; border-radius: 7px }
.skip:focus { left: 8px }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px }
h1:focus-visible, main:focus-visible { outline: 0 }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
[hidden] { display: none !important }
.jump { display: none }
@media (min-width: 1181px) { .try { max-height: calc(100vh - 32px); overflow-y: auto } }
@media (max-width: 1180px) { .operation { grid-template-columns: minmax(0, 1fr); max-width: 820px } .try { position: static } .jump { display: block } }
@media (hover: none) { kbd, .keys { display: none } }
@media (max-width: 820px) {
  header { padding: 9px 14px; gap: 9px }
  #menu { display: block }
  .document, .version { display: none }
  .shell { grid-template-columns: minmax(0, 1fr) }
  nav { display: none; position: static; max-height: none; padding: 14px 14px 6px; border-bottom: 1px solid var(--line); background: var(--card) }
  .open nav { display: block }
  main { padding: 20px 14px 40px }
  .try { padding: 15px 14px 16px; margin: 0 -2px }
  input, textarea, select { font-size: 16px }
  h1 { font-size: 22px }
  nav a, .index a { padding-top: 9px; padding-bottom: 9px }
  dl > div { grid-template-columns: minmax(0, 1fr); gap: 0 }
  .keys { display: none }
}
@media (prefers-contrast: more) { :root { --soft: var(--ink); --line: var(--ink) } }
@media print { header button, nav, .try, .quiet { display: none } .shell { display: block } }
`

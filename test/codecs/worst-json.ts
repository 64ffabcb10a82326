/**
 * JSON bodies of so many bytes that cost a parser most, each kind for another reason.
 *
 * @module
 */
/** Items of a list, as many as fit. */
function filled(limit: number, item: (index: number) => string): string {
  const items: string[] = []
  for (let size = 2, index = 0; ; index++) {
    const text = item(index)
    size += text.length + 1
    if (size > limit) break
    items.push(text)
  }
  return `[${items.join()}]`
}

const name = (index: number): string => index.toString(36)
const same =
  (item: string) =>
  (size: number): string =>
    filled(size, () => item)

export const WORST_JSON: Readonly<Record<string, (size: number) => string>> = {
  lists: same('[]'),
  'lists in lists': same('['.repeat(60) + ']'.repeat(60)),
  'lists of one': same('[0]'),
  objects: same('{}'),
  'objects in objects': same(`${'{"":'.repeat(60)}{}${'}'.repeat(60)}`),
  'objects with one member': same('{"":0}'),
  'a new name in each object': (size) => filled(size, (index) => `{"${name(index)}":0}`),
  'a new name in each object, with an object': (size) => filled(size, (index) => `{"${name(index)}":{}}`),
  'a new name in each object, with a double': (size) => filled(size, (index) => `{"a${name(index)}":0.5}`),
  'pairs of names': (size) =>
    filled(size, (index) => `{"${name(index % 36)}":0,"_${name(Math.floor(index / 36))}":0}`),
  'the same names, and a new one': (size) => {
    const names = Array.from({ length: 100 }, (_, index) => `"_${name(index)}":0,`).join('')
    return filled(size, (index) => `{${names}"_${name(1_000 + index)}":0}`)
  },
  'names in one object': (size) =>
    filled(size, (index) => `"${name(index)}":0`).replace(/^\[(.*)\]$/, '{$1}'),
  'numbers as names': same('{"20":0}'),
  'large numbers as names': same('{"1023":0}'),
  'larger numbers as names': same('{"4000000000":0}'),
  'two numbers as names': same('{"107":0,"1":0}'),
  numbers: same('0'),
  'negative zeros': same('-0'),
  doubles: same('1e9'),
  texts: (size) => filled(size, (index) => `"${name(index)}"`),
  'a text with one wide character': (size) => `"${'a'.repeat(size - 4)}ł"`,
}

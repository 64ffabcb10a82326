/**
 * JSON bodies of 1 MiB that cost a parser most, each kind for another reason.
 *
 * @module
 */
const SIZE = 1024 * 1024

/** Items of a list, as many as fit. */
function filled(item: (index: number) => string): string {
  const items: string[] = []
  for (let size = 2, index = 0; ; index++) {
    const text = item(index)
    size += text.length + 1
    if (size > SIZE) break
    items.push(text)
  }
  return `[${items.join()}]`
}

const name = (index: number): string => index.toString(36)
const same = (item: string) => (): string => filled(() => item)

export const WORST_JSON: Readonly<Record<string, () => string>> = {
  lists: same('[]'),
  'lists in lists': same('['.repeat(60) + ']'.repeat(60)),
  'lists of one': same('[0]'),
  objects: same('{}'),
  'objects in objects': same(`${'{"":'.repeat(60)}{}${'}'.repeat(60)}`),
  'objects with one member': same('{"":0}'),
  'a new name in each object': () => filled((index) => `{"${name(index)}":0}`),
  'a new name in each object, with an object': () => filled((index) => `{"${name(index)}":{}}`),
  'a new name in each object, with a double': () => filled((index) => `{"a${name(index)}":0.5}`),
  'pairs of names': () => filled((index) => `{"${name(index % 36)}":0,"_${name(Math.floor(index / 36))}":0}`),
  'the same names, and a new one': () => {
    const names = Array.from({ length: 100 }, (_, index) => `"_${name(index)}":0,`).join('')
    return filled((index) => `{${names}"_${name(1_000 + index)}":0}`)
  },
  'names in one object': () => filled((index) => `"${name(index)}":0`).replace(/^\[(.*)\]$/, '{$1}'),
  'numbers as names': same('{"20":0}'),
  'large numbers as names': same('{"1023":0}'),
  'larger numbers as names': same('{"4000000000":0}'),
  'two numbers as names': same('{"107":0,"1":0}'),
  numbers: same('0'),
  'negative zeros': same('-0'),
  doubles: same('1e9'),
  texts: () => filled((index) => `"${name(index)}"`),
  'a text with one wide character': () => `"${'a'.repeat(SIZE - 4)}ł"`,
}

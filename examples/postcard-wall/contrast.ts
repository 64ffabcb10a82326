/**
 * For tests: what of a page is too faint to be read.
 *
 * @module
 */

/** Runs in the page: how many texts there are, and those too close to what is painted behind them. */
export function readContrast(): { texts: number; faint: string[] } {
  const parse = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (colour: number[]): number => {
    const [red, green, blue] = colour.map((value) =>
      value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
  }
  const behind = (element: Element | null): number[] => {
    if (element === null) return [255, 255, 255]
    const colour = parse(getComputedStyle(element).backgroundColor)
    return colour[3] === 0 ? behind(element.parentElement) : colour
  }
  const hasText = (element: Element): boolean =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== '')
  const texts = [...document.querySelectorAll('main *:not(svg, svg *, option), header *, footer *')].filter(
    hasText,
  )
  const faint = texts.flatMap((element) => {
    const [text, paper] = [parse(getComputedStyle(element).color), behind(element)].map((colour) =>
      luminance(colour.slice(0, 3)),
    )
    const contrast = (Math.max(text!, paper!) + 0.05) / (Math.min(text!, paper!) + 0.05)
    return contrast < 4.5 ? [`${element.tagName} ${contrast.toFixed(2)} ${element.textContent!.trim()}`] : []
  })
  return { texts: texts.length, faint }
}

/**
 * Legibility of a page, as it is seen in a browser.
 *
 * @module
 */

/** Texts whose contrast with what is behind them is below 4.5. Runs in the page. */
export function lowContrast(): string[] {
  const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (color: string): number => {
    const [r, g, b] = channels(color).map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    }) as [number, number, number]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)'
    const { backgroundColor } = getComputedStyle(element)
    return channels(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor
  }
  const poor: string[] = []
  for (const element of document.querySelectorAll('main *:not(svg, svg *, pre[hidden], .unseen)')) {
    const isText = [...element.childNodes].some(
      (node) => node.nodeType === 3 && node.textContent!.trim() !== '',
    )
    if (!isText) continue
    const [one, other] = [getComputedStyle(element).color, behind(element)].map(luminance) as [number, number]
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    if (ratio < 4.5) poor.push(`${element.className || element.tagName} ${ratio.toFixed(2)}`)
  }
  return [...new Set(poor)]
}

/** Pieces of SVG. */

/** Text as content or attribute. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** A coordinate, to the tenth. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10)
}

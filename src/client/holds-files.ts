/** True where a member is a file, or a list with one: what no JSON holds. */
export function holdsFiles(data: unknown): boolean {
  return Object.values(Object(data) as object)
    .flat()
    .some((one) => one instanceof Blob)
}

export default { fetch: (): null => null }

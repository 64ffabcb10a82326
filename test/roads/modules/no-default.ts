export const app = (): null => null

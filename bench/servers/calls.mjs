/** The call of the row `rpc`: its schemas, and what it does. */
export function schemas(z) {
  return {
    Sent: z.object({ text: z.string().min(1).max(1_000), to: z.array(z.string()), stars: z.number() }),
    Given: z.object({ id: z.number(), text: z.string(), to: z.array(z.string()), stars: z.number() }),
  }
}

let last = 0
export function add(note) {
  last = (last % 1_000) + 1
  return { id: last, ...note }
}

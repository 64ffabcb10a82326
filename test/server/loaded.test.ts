import { build, type Metafile } from 'esbuild'
import { expect, test } from 'vitest'

/**
 * Which modules of Node come with `hagaki/server` before anything serves. What is loaded without need lies in
 * V8's heap for good, and from 8 MiB on it collects all of that for every hundred bodies.
 */
async function loadedAtOnce(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    outdir: 'out',
    write: false,
    metafile: true,
  })
  return [...reached(metafile.outputs, 'out/server.js')].filter((name) => name.startsWith('node:')).sort()
}

/** What an output imports at once, and what that does. */
function reached(
  outputs: Metafile['outputs'],
  from: string,
  seen: Set<string> = new Set(),
): ReadonlySet<string> {
  if (seen.has(from)) return seen
  seen.add(from)
  for (const { path, kind } of outputs[from]?.imports ?? []) {
    if (kind !== 'dynamic-import') reached(outputs, path, seen)
  }
  return seen
}

test('what TLS, workers and node:http need is loaded by those who ask for it', async () => {
  const loaded = await loadedAtOnce('src/server/server.ts')

  expect(loaded).toContain('node:net')
  for (const late of ['node:http', 'node:https', 'node:tls', 'node:cluster', 'node:worker_threads']) {
    expect(loaded).not.toContain(late)
  }
})

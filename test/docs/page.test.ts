import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { WAIT_MS } from '../wait.ts'
import { runPage } from './page.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A page of blocks, each written as its language and its lines. */
function page(...blocks: readonly (readonly [language: string, ...lines: string[]])[]): Promise<void> {
  const text = blocks
    .map(([language, ...lines]) => ['```' + language, ...lines, '```', ''].join('\n'))
    .join('\n')
  return runPage('sample.md', text, ROOT)
}

const SERVER = [
  '// server.js',
  `import { createServer } from 'node:http'`,
  `const server = createServer((_, response) => response.end('{"text":"hi"}'))`,
  `server.listen(Number(process.argv[2]), () => console.log('Listening on http://localhost:' + process.argv[2]))`,
]

test('a page that holds true passes: files, snippets, commands, servers, outputs', async () => {
  await page(
    ['ts', '// a/greet.ts', 'export const greet = (name: string): string => `hi ${name}`'],
    ['ts', `import { greet } from './a/greet.ts'`, `console.log(greet('you'))`],
    ['text', 'hi you'],
    ['js', ...SERVER],
    ['sh', 'node server.js 9292 &'],
    ['text', 'Listening on http://localhost:9292'],
    ['sh', 'curl http://localhost:9292/'],
    ['json', '{ "text": "hi" }'],
    [
      'sh',
      '# the same port again: whoever reads has ended the first',
      'node server.js 9292 &',
      'curl -i localhost:9292',
    ],
    ['text', 'HTTP/1.1 200 OK', 'Date: ...', '...', '', '{"text":"hi"}'],
    ['py', '# a.py', 'print("hi")'],
    ['jsonc', '// tsconfig.json', '{ "files": ["a/greet.ts"], "compilerOptions": { "noEmit": true } }'],
    ['sh', 'npm test', 'npx tsc', 'cat a.py', 'export NAME=you', 'cd a'],
    ['sh', 'pwd | sed "s|.*/||"', 'echo $NAME'],
    ['text', 'a', 'you'],
  )
})

test('hagaki is installed, by its name, with its types', async () => {
  await page(
    ['ts', '// app.ts', `import { app, text } from 'hagaki'`, 'export default app((_, path) => text(path))'],
    [
      'ts',
      `import { serve } from 'hagaki/server'`,
      `import hello from './app.ts'`,
      'const running = await serve(hello, { port: 9292 })',
      'console.log(await (await fetch(`${running.url}/hi`)).text())',
      'await running.close()',
    ],
    ['text', '/hi'],
  )
  const wrong = page(['ts', '// app.ts', `import { app } from 'hagaki'`, 'export default app(() => 200)'])
  await expect(wrong).rejects.toThrow('Does not type-check')
})

test('nothing is left of a page: no folder, no server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-page-'))
  const note = join(folder, 'pid')
  try {
    vi.stubEnv('TMPDIR', folder)
    await page(['js', ...SERVER], ['sh', `(echo $BASHPID > ${note}; exec node server.js 9293) &`])
    expect(readdirSync(folder)).toEqual(['pid'])
    const pid = Number(readFileSync(note, 'utf8'))
    // Until init has taken notice, it is still listed.
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), WAIT_MS)
  } finally {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a page that does not hold true fails, with the line and the reason', async () => {
  const cases: [reason: string, ...blocks: [string, ...string[]][]][] = [
    ['sample.md:1 ended with 1', ['ts', 'process.exit(1)']],
    ['sample.md:5 `exit 3` ended with 3', ['sh', 'true'], ['sh', 'exit 3']],
    ['The output is not as written', ['sh', 'echo a'], ['text', 'b']],
    ['The output is not as written', ['sh', `echo '{"a":1}'`], ['json', '{"a":2}']],
    ['nothing ran before it', ['text', 'a']],
    ['nothing ran before it', ['sh', 'echo a'], ['text', 'a'], ['text', 'a']],
    ['Does not type-check', ['ts', '// a.ts', `const a: number = 'b'`]],
    ['Does not type-check', ['ts', '// a.ts', `const a: number = 'b'`], ['ts', '// a.ts', 'const a = 1']],
    ['Cannot find module', ['ts', '// a.ts', `import 'nothing-of-that-name'`, `import { a } from 'nothing'`]],
    ['Say how to run it: yaml', ['yaml', 'a: 1']],
    ['Say how to run it: no language', ['', 'a']],
    ['Say how to run it: py', ['py', 'print(1)']],
    ['Say how to run it: jsonc', ['jsonc', '{}']],
    ['is outside the project', ['ts', '// ../a.ts', 'const a = 1']],
    ['Does not serve: it ended with 1', ['sh', 'false &']],
    ['package.json has no script nothing', ['sh', 'npm run nothing']],
  ]
  for (const [reason, ...blocks] of cases) await expect(page(...blocks), reason).rejects.toThrow(reason)
})

test('the page of an example is read in a checkout, and its code is quoted', async () => {
  const read = (code: string): Promise<void> =>
    runPage(
      'examples/game/README.md',
      [
        '```ts',
        code,
        '```',
        '```sh',
        'ls examples/game/game.ts',
        '```',
        '```text',
        'examples/game/game.ts',
        '```',
      ].join('\n'),
      ROOT,
    )
  await read("import { openHouse } from './house.ts'")
  await expect(read('const nowhere = true')).rejects.toThrow('This stands in no .ts file of ')
})

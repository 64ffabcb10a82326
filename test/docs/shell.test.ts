import { expect, test } from 'vitest'
import { commands, npmProblem, serves, withPort } from './shell.ts'

test('a line is a command, comments and blank lines are none', () => {
  expect(commands('# first\na b\n\nc # why\n')).toEqual(['a b', 'c # why'])
})

test('a command goes on over backslashes, quotes, here-documents and loops', () => {
  for (const command of [
    'curl \\\n  -d a',
    `curl -d '{\n  "a": 1\n}'`,
    'cat > a <<EOF\nb\nEOF',
    'for a in b c; do\n  echo $a\ndone',
    'a &&\n  b',
  ]) {
    expect(commands(`${command}\nend\n`), command).toEqual([command, 'end'])
  }
})

test('a command that never ends is refused', () => {
  expect(() => commands(`echo 'a`)).toThrow('never ends')
})

test('a command that goes on until it is ended is known by its form', () => {
  for (const command of [
    'hagaki notes.ts',
    'npx hagaki notes.ts -p 9292',
    'npx hagaki notes.ts -p 9292    # any road',
    'hagaki -p 9292 notes.mjs',
    'NATS=here npx hagaki ./a/notes.js',
    'node server.js &',
    'node server.js & # in the background',
  ]) {
    expect(serves(command), command).toBe(true)
  }
  for (const command of [
    'hagaki contract notes.ts -o notes.json',
    'npx hagaki --help',
    'hagaki lint notes.ts',
    'curl "localhost?a&b"',
    'a && b',
    'cat hagaki.ts',
  ]) {
    expect(serves(command), command).toBe(false)
  }
})

test('a server on the default port is given another', () => {
  expect(withPort('npx hagaki notes.ts # here', '5')).toBe('npx hagaki --port 5 notes.ts # here')
  expect(withPort('A=b hagaki notes.ts', '5')).toBe('A=b hagaki --port 5 notes.ts')
  for (const command of ['hagaki notes.ts -p 9292', 'hagaki --port=9292 notes.ts', 'node server.js &']) {
    expect(withPort(command, '5'), command).toBe(command)
  }
})

test('npm commands are held against package.json and not run', () => {
  const manifest = {
    name: 'hagaki',
    version: '1.2.3',
    scripts: { test: 'a', bench: 'b' },
    devDependencies: { zod: '4' },
  }
  const problem = (command: string): string | null => npmProblem(command, manifest)
  for (const command of [
    'npm ci',
    'npm install',
    'npm install hagaki zod',
    'npm install -D zod',
    'npm test',
    'npm test -- --only types',
    'npm run bench # slow',
    'npm ci && npm test',
    'npm ci && npm pack',
    'npm install ../hagaki/hagaki-1.2.3.tgz zod',
  ]) {
    expect(problem(command), command).toBe('')
  }
  expect(problem('npm start')).toBe('package.json has no script start')
  expect(problem('npm ci && npm start')).toBe('package.json has no script start')
  expect(problem('npm run nothing')).toBe('package.json has no script nothing')
  expect(problem('npm install hagaki express')).toContain('no test has express')
  expect(problem('npm install ./hagaki-1.2.2.tgz')).toContain('no test has ./hagaki-1.2.2.tgz')
  expect(problem('npm install ./zod')).toContain('no test has ./zod')
  for (const command of ['npx hagaki', 'npm exec a', 'echo npm ci', 'npm ci && echo'])
    expect(problem(command), command).toBe(null)
})

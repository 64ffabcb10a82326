import { expect, test } from 'vitest'
import { parseCommand, UsageError } from './arguments.ts'

test('a module is served on port 9292 of this machine alone, unless told otherwise', () => {
  const table: [args: string[], port: number, host: string][] = [
    [['app.ts'], 9292, '127.0.0.1'],
    [['app.ts', '-p', '8080'], 8080, '127.0.0.1'],
    [['-p8080', 'app.ts', '--host', '0.0.0.0'], 8080, '0.0.0.0'],
    [['--port=0', '--host=::', 'app.ts'], 0, '::'],
    [['--port', '65535', '--', 'app.ts'], 65_535, '127.0.0.1'],
  ]
  for (const [args, port, host] of table) {
    expect(parseCommand(args), args.join(' ')).toEqual({ name: 'serve', module: 'app.ts', port, host })
  }
})

test('a contract goes to standard output, or to a file', () => {
  expect(parseCommand(['contract', 'notes.ts'])).toEqual({
    name: 'contract',
    module: 'notes.ts',
    output: null,
  })
  for (const args of [['-o', 'a.json'], ['--output', 'a.json'], ['--output=a.json']]) {
    expect(parseCommand(['contract', 'notes.ts', ...args])).toMatchObject({ output: 'a.json' })
  }
  expect(parseCommand(['./contract'])).toMatchObject({ name: 'serve', module: './contract' })
})

test('help is for who asks, and for who says nothing', () => {
  for (const args of [[], ['-h'], ['--help'], ['app.ts', '--help'], ['contract', '-h']]) {
    expect(parseCommand(args)).toEqual({ name: 'help' })
  }
  for (const args of [['-V'], ['--version']]) expect(parseCommand(args)).toEqual({ name: 'version' })
})

test('what makes no sense is refused with what would', () => {
  const table: [args: string[], reason: RegExp][] = [
    [['--prot', '80', 'app.ts'], /^Unknown option '--prot'$/],
    [['app.ts', '-x'], /^Unknown option '-x'$/],
    [['app.ts', '-p'], /'-p, --port <value>' argument missing/],
    [['app.ts', 'other.ts'], /^one module at a time, and "other.ts" is another$/],
    [['contract', 'a.ts', 'b.ts'], /^one module at a time, and "b.ts" is another$/],
    [['contract'], /^contract of which module\? Write: hagaki contract app\.ts$/],
    [['-p', '80'], /^which module\? Write: hagaki app\.ts$/],
    [['contract', 'a.ts', '-p', '80'], /^--port does not go with contract$/],
    [['contract', 'a.ts', '--host', 'a'], /^--host does not go with contract$/],
    [['a.ts', '-o', 'b'], /^--output does not go with serving$/],
    [['a.ts', '--host', ''], /^--host is empty: use 127\.0\.0\.1/],
  ]
  for (const port of ['65536', '-1', '80a', '1e3', '', ' 80', '0x50', '99999999']) {
    table.push([['a.ts', `--port=${port}`], /is no port: use 1 to 65535, or 0 for any free one$/])
  }
  for (const [args, reason] of table) {
    const parse = (): unknown => parseCommand(args)
    expect(parse, args.join(' ')).toThrow(UsageError)
    expect(parse, args.join(' ')).toThrow(reason)
  }
})

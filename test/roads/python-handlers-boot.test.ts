/** Services in Python that cannot be: the boot says which handler, why, and what to write. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { remote } from 'hagaki'
import { python } from 'hagaki/python'
import { expect, onTestFinished, test } from 'vitest'
import { python as interpreter } from '../../scripts/needs.ts'
import { openApp } from '../../src/call/life.ts'
import { serverFacts } from '../../src/call/server-facts.ts'

const HERE = new URL('.', import.meta.url)

test('metadata that cannot be stop the boot: which handler, why, and what to write', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hagaki-faulty-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const table: [metadata: string, refusal: RegExp][] = [
    ["reads('/{id}')", /^python\('m0'\): Handler "one": \{id\} in its path is no member of accepts/],
    ["acts('/a', takes=raw())", /what it takes has no bound\. Say the largest body/],
    ["acts('/a', formats=['multipart'])", /it has no format "multipart"\. Say json, form, cbor, msgpack/],
    ["acts('/a', takes=parts())", /what it takes has no bound\. Say the largest body/],
    ["acts('/a', takes=parts(parts=1001), limit=9)", /1001 is no number of parts\. Write 1 to 1,000/],
    ["acts('/a', formats=[multipart(file='big')])", /size "big": it is no size/],
    ["acts('/a', accepts=file())", /a file is where no form has one\. A form has files as members/],
    [
      "acts('/a', accepts={'type': 'object', 'properties': {'a': {'properties': {'b': file()}}}})",
      /Handler "one": a file is where no form has one/,
    ],
    ["acts('/a', limit='big')", /its limit is not a size/],
    ["reads('/a', sources={'b': query()})", /Handler "one"/],
    ["acts('/a', location='/a')", /it acts and creates nothing/],
    ["reads('/a', gives=items({}), returns={})", /it returns data and gives a stream/],
    ["acts('/a', returns={}, fresh='1m')", /only what is read stays fresh/],
    ["acts('/a', accepts={'$ref': '#/x'})", /\$ref #\/x leads nowhere/],
    [
      "acts('/a', errors=[failure('note_gone', 'missing', {'tpye': 'x'})])",
      /\/tpye is a keyword that is not known/,
    ],
    ["acts('/a', errors=[failure('app_failed', 'missing')])", /a fault has that code/],
  ]
  for (const [at, [metadata, refusal]] of table.entries()) {
    const module = `from hagaki.handlers import *\n\n@${metadata}\ndef one(_):\n    pass\n\nservice = service({'one': one})\n`
    writeFileSync(join(folder, `m${at}.py`), module)
    const far = python(`m${at}`, { cwd: folder, python: interpreter(), reload: false })
    await expect(openApp(remote(far), serverFacts()), metadata).rejects.toThrow(refusal)
  }
})

test('a service that does not load stops the boot, with why and what to write', async () => {
  const table: [target: string, refusal: RegExp][] = [
    [
      'handlers_notes:nowhere',
      /^python\('handlers_notes:nowhere'\): handlers_notes has no attribute 'nowhere'\./,
    ],
    [
      'handlers_notes:notes',
      /it is of type dict and no service\. Write service = service\(\{\.\.\.\}\) there/,
    ],
    [
      'handlers_faulty',
      /^python\('handlers_faulty'\): accepts of "read": \/patern is a keyword that is not known\. Write it in/,
    ],
  ]
  for (const [target, refusal] of table) {
    const far = python(target, { cwd: HERE, python: interpreter() })
    await expect(openApp(remote(far), serverFacts())).rejects.toThrow(refusal)
  }
  expect(() => python('-c:x')).toThrow('it names no service. Write "module:service", such as "notes:service"')
})

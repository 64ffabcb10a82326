/**
 * Planning: a handler's metadata checked and worked out, once, at boot.
 *
 * @module
 */
import type { Format } from '../codec/format.ts'
import { Fault } from '../fault.ts'
import { memberForms } from '../schema/coerce.ts'
import { isFileSchema } from '../schema/json-check/file.ts'
import { stripperOf } from '../schema/strip.ts'
import { wholeOf } from '../schema/whole.ts'
import { isRecord } from '../value/data.ts'
import { type Binding, bindingOf, type Taken } from './binding.ts'
import { type Described, describe, type Schemas, schemasOf } from './describe.ts'
import { cacheControl } from './fresh.ts'
import { fitting, fittingNothing, GIVES_DATA } from './give-data.ts'
import { givesWhole } from './give-whole.ts'
import type { ReturnsPolicy } from './giving.ts'
import { guardsIn } from './guards.ts'
import type { AnyHandler, Definition } from './handler.ts'
import { type Locate, locateBy } from './location.ts'
import type { Place, Plan } from './plan.ts'
import type { Decided } from './provide.ts'
import { TAKES_DATA } from './take-data.ts'
import { takesWhole } from './take-whole.ts'
import { parseTemplate } from './template.ts'
import { VERBS } from './verb.ts'

/** Fault: setup_faulty, naming the handler and what to change. */
export function planOf(name: string, { definition }: AnyHandler, place: Place, decided: Decided): Plan {
  const what = `Handler "${name}"`
  const { verb, accepts, body, returns, fresh, location, path } = definition
  const schemas = schemasOf(name, definition)
  const known = definition.formats ?? place.formats
  const whole = wholeOf(body ?? accepts)
  const binding = bindingOf(name, definition, {
    accepts: wholeOf(accepts) === null ? schemas.accepts : {}, // which is no object
    body: schemas.body,
    forms: whole === null ? formsOf(definition, known) : 'never',
  })
  const formats = binding.form === null ? known.filter(({ gives }) => gives === 'data') : known
  const taking =
    binding.body === 'nothing'
      ? null
      : (definition.taking ?? (whole === null ? TAKES_DATA : takesWhole(whole)))
  if (taking === TAKES_DATA) checkFiles(schemas, formats, what)
  if (definition.ignoresBody) checkIgnored(definition, taking !== null, what)
  const given = wholeOf(returns)
  const giving = definition.giving ?? (given === null ? GIVES_DATA : givesWhole(given))
  const allGuards = guardsIn(definition.providers, what)
  const offers = giving.offers(formats)
  if (returns !== undefined && offers.length === 0)
    throw setup(what, 'none of its formats writes answers', 'Add json to formats')
  const described: Described = {
    name,
    method: VERBS[verb].method,
    host: place.host,
    template: place.prefix === '' ? binding.template : parseTemplate(joined(place.prefix, path)),
    definition,
    binding,
    formats,
    taking,
    mediaTypes: taking?.mediaTypes(formats) ?? [],
    giving,
    offers,
    fit: fitOf(name, definition, schemas, place.policy),
    guards: decided.size === 0 ? allGuards : guardsIn(definition.providers, what, decided),
    cacheControl: fresh === undefined ? null : freshOf(definition, allGuards.length > 0, what),
    locate: location === undefined ? null : locationOf(definition, schemas, place.prefix, what),
    refusals: place.refusals,
    described: schemas,
    vary: varyOf(binding, returns === undefined ? [] : offers, fresh !== undefined && allGuards.length > 0),
  }
  checkVersion(definition, what)
  return { ...described, contract: describe(described, allGuards, schemas), current: null }
}

function formsOf({ taking, formats }: Definition, known: readonly Format[]): Taken['forms'] {
  if (taking !== undefined || !known.some(({ gives }) => gives === 'entries')) return 'never'
  return formats === undefined ? 'offered' : 'asked'
}

function fitOf(name: string, { returns }: Definition, schemas: Schemas, policy: ReturnsPolicy): Plan['fit'] {
  if (returns === undefined)
    return policy === 'check' ? (value) => fittingNothing(value, name) : () => undefined
  if (policy === 'check' || wholeOf(returns) !== null) return (value) => fitting(returns, value, name)
  const strip = policy === 'off' || schemas.returns === null ? null : stripperOf(schemas.returns)
  return strip ?? ((value) => value)
}

function freshOf({ fresh, verb }: Definition, guarded: boolean, what: string): string {
  if (VERBS[verb].safe) return cacheControl(fresh!, guarded, what)
  throw setup(what, `it ${verb}, and only what is read stays fresh`, 'Leave fresh out')
}

function locationOf({ location, verb }: Definition, schemas: Schemas, prefix: string, what: string): Locate {
  if (VERBS[verb].status !== 201) throw setup(what, `it ${verb} and creates nothing`, 'Leave location out')
  return locateBy(location!, prefix, schemas.returns === null ? null : memberForms(schemas.returns), what)
}

function checkIgnored({ verb }: Definition, isTaken: boolean, what: string): void {
  if (VERBS[verb].safe)
    throw setup(what, `it ${verb}, and a request for that has no body`, 'Leave ignoresBody out')
  if (!isTaken) return
  const fix = 'Pin each member that is not in the path, as from: { page: query() }, or leave ignoresBody out'
  throw setup(what, 'it takes a body and ignores it', fix)
}

function checkFiles({ accepts, body }: Schemas, formats: readonly Format[], what: string): void {
  if (formats.some(({ holdsFiles }) => holdsFiles === true)) return
  const members = (body ?? accepts)?.['properties']
  const file = Object.entries(isRecord(members) ? members : {}).find(([, one]) => isFileSchema(one))
  if (file === undefined) return
  const reason = `its ${file[0]} is a file, and none of its formats holds files`
  const fix =
    'Write formats: [multipart(), json], by hagaki/formats, or holdsFiles: true in a format of your own'
  throw setup(what, reason, fix)
}

function checkVersion({ version, returns, verb }: Definition, what: string): void {
  if (version !== undefined && returns === undefined && VERBS[verb].safe)
    throw setup(what, 'its version is of data, and it returns none', 'Say what it returns')
}

// A browser that two people use keeps what one of them may see: it depends on who asks.
function varyOf({ pins }: Binding, offers: readonly string[], personal: boolean): string | null {
  const fields = new Set(offers.length > 1 ? ['accept'] : [])
  if (personal) fields.add('authorization').add('cookie')
  for (const { in: place, name } of pins) {
    if (place === 'header') fields.add(name)
    if (place === 'cookie') fields.add('cookie')
  }
  return fields.size === 0 ? null : [...fields].join(', ')
}

// "/" below a prefix is the prefix itself.
function joined(prefix: string, path: string): string {
  return path === '/' ? prefix : prefix + path
}

function setup(what: string, reason: string, fix: string): Fault {
  return new Fault('setup_faulty', { what, reason, fix })
}

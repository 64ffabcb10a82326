/**
 * The revision of the RealWorld API that is spoken: 1.1.0, or 2.0.0 where CONDUIT_REVISION says so.
 *
 * They differ in three answers, and `newer` stands wherever one of them is given:
 *
 *                                  1.1.0                            2.0.0
 *   a comment was added            200                              201
 *   a name or address is taken     422                              409
 *   what a refusal says            `errors.body`, and the fields    the fields
 *
 * @module
 */
import { Fault } from 'hagaki'

const asked = process.env['CONDUIT_REVISION'] ?? '1.1.0'

if (asked !== '1.1.0' && asked !== '2.0.0')
  throw new Fault('setup_faulty', {
    what: `CONDUIT_REVISION=${asked}`,
    reason: 'that revision is not spoken here',
    fix: 'Say 1.1.0 or 2.0.0',
  })

export const newer: boolean = asked === '2.0.0'

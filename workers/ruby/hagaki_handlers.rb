# frozen_string_literal: true

# Handlers in Ruby: methods on data with metadata, under the same contract as those in TypeScript.
#
#   require 'hagaki_handlers'
#
#   class Notes < Hagaki::Service
#     Gone = failure 'note_gone', 'missing', { type: 'object', properties: { id: { type: 'integer' } } }
#
#     reads '/notes/{id}', accepts: {...}, returns: {...}, errors: [Gone]
#     def read(note)
#       ...
#     end
#   end
#
# Here things are declared, and methods run. The gateway does what lies between a request and a method: routes,
# limits, codecs, checks. Standard library only. What is where; each needs those before it:
#
#   faulty   what cannot be declared      failure   failures and guards
#   shapes   bytes, text, items, places   offer     what a service offers, as data
#   context  what a method is given       resource  what is opened at boot
#   service  the verbs                    flow      what flows in and out
#   opened   open resources               local     a service in a test
#   gateway  calls of a link              load      finds the service
#   part     forms with files             spool     what is kept of them
#   reply    what is said besides data
require_relative 'hagaki_handlers/service'
require_relative 'hagaki_handlers/local'

# frozen_string_literal: true

# Starts the worker by its path: `ruby run.rb rack config.ru --threads 4`, in the app's folder.
#
# The Ruby worker of Hagaki: serves an existing Rack app (2 or 3), unchanged, to a gateway that started it
# as a child process; or a service of handlers in Ruby, of which hagaki_handlers.rb says what is where. The two speak
# `spec/frames.md` over the worker's standard input and output.
#
# Standard library only, Ruby 3.1 or newer; the rack gem is the app's own. Nothing here is found by the load
# path, so no file of the app's stands in for one of the worker's, nor the other way round. What is where;
# each needs those before it:
#
#   fault        every refusal               log          lines on standard error
#   frames       bytes <-> frames            fields       header fields
#   payload      the small JSON payloads     plain_head   request heads as most are
#   head         request and response heads
#   credit       octets we may send          body         octets we asked for
#   clock        what is due at a time       carried      context keys
#   call         a request and its answer
#   writer       the locked way out          link         the reader thread
#   pool         the threads that run calls  input        what rack.input is
#   environment  head -> env                 answer_head  status and headers, checked
#   response     an answer -> call           body_stream  what a streaming body writes to
#   early_hints  what comes before one       exchange     one call of the app
#   handler      runs the app on a call
#   gems         the app's Gemfile           load         finds the app
#   stdio        frees descriptors 0 and 1   signals      Ctrl-C, SIGTERM
#   lifeline     the end of the gateway      worker       start and stop
#   cli          the command line
require_relative 'hagaki_worker/cli'

HagakiWorker::Cli.run(ARGV) if $PROGRAM_NAME == __FILE__

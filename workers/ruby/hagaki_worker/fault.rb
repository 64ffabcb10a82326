# frozen_string_literal: true

# Every refusal of the worker, by who is at fault. One that travels does so as a code and a detail of
# `src/fault.ts`; the classes here stay in this process.
module HagakiWorker
  # The caller broke the protocol: the link closes and all its calls are lost.
  class FrameFault < StandardError; end

  # Nobody waits for this call any more: it was cancelled, answered, or its link was lost.
  #
  # An IOError, because that is what apps expect of a client that went away.
  class CallOver < IOError; end

  # The app's answer cannot be sent as it is: `call_faulty`, with this message as the reason.
  class AnswerFaulty < StandardError; end

  # The app cannot be loaded: `setup_faulty`. `message` is one line without a full stop, `fix` a sentence;
  # the gateway prints them after each other.
  class LoadFailure < StandardError
    attr_reader :fix

    def initialize(reason, fix)
      super(reason)
      @fix = fix
    end
  end
end

# frozen_string_literal: true

module Hagaki
  # A handler or a service that cannot be: which one, why, and what to write instead.
  class SetupFaulty < StandardError
    attr_reader :what, :reason, :fix

    def initialize(what, reason, fix)
      super("#{what}: #{reason}. #{fix}")
      @what = what
      @reason = reason
      @fix = fix
    end
  end
end

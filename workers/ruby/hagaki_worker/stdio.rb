# frozen_string_literal: true

module HagakiWorker
  # Takes the link away from standard input and output, before any code of the app's runs.
  #
  # The app may print, read its standard input, and start programs that do: none of that may reach the link.
  # Afterwards descriptor 0 is empty, and 1 is what 2 is: the app's log.
  module Stdio
    # Empties the link in a fork of the app's: it has no reader thread, and must neither write on our link nor
    # keep it open.
    module Forks
      def self.of(*ios)
        Module.new do
          define_method(:_fork) do
            super().tap { |pid| ios.each { |io| io.reopen(File::NULL, 'r+') } if pid.zero? }
          end
        end
      end
    end

    module_function

    # The link, to read and to write. Programs that the app starts do not inherit it.
    def take_link
      input = $stdin.dup.binmode
      output = $stdout.dup.binmode
      output.sync = true
      $stdout.reopen($stderr)
      $stdout.sync = true
      $stderr.sync = true
      $stdin.reopen(File::NULL)
      # Ruby 3.1 or newer.
      Process.singleton_class.prepend(Forks.of(input, output)) if Process.respond_to?(:_fork)
      [input, output]
    end
  end
end

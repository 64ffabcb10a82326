# frozen_string_literal: true

module HagakiWorker
  # A worker ends with its gateway, whatever its app is busy with.
  #
  # The end of the link tells it the same, but nobody reads the link while the app loads, which may take for
  # ever. A process whose parent is gone has another one; on Windows it keeps the number of the first.
  module Lifeline
    LOOK_SECONDS = 1.0
    GRACE_SECONDS = 2.0 # with the look before it, as many as the gateway leaves for an orderly stop

    module_function

    # Ends this process by force, a while after the one that has started it ended.
    def end_with_parent
      parent = Process.ppid
      Thread.new do
        sleep(LOOK_SECONDS) while Process.ppid == parent
        sleep(GRACE_SECONDS)
        exit!(1)
      end.name = 'hagaki-lifeline'
    end
  end
end

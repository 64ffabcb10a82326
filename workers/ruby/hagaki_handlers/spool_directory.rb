# frozen_string_literal: true

require 'digest'
require 'fileutils'
require 'securerandom'
require 'socket'
require 'tmpdir'

module Hagaki
  # The directory of this process for what it spools, which only its user can read. It goes with the process; one that a
  # killed process has left is removed by the next that spools there. `src/spool/directory.ts`, which names them alike.
  module SpoolDirectory
    NAME = /\Ahagaki-spool-([0-9a-f]{8})-([0-9]{1,10})-[0-9A-Za-z]{6}\z/.freeze
    MADE = {} # rubocop:disable Style/MutableConstant
    MAKING = Mutex.new
    private_constant :NAME, :MADE, :MAKING

    module_function

    # Of a file that is not there, under a name that nobody can know, below `parent`.
    def path(parent)
      parent ||= Dir.tmpdir
      directory = MAKING.synchronize do
        found = MADE[[parent, Process.pid]]
        found && File.directory?(found) ? found : make(parent)
      end
      File.join(directory, SecureRandom.hex(16))
    end

    # Removes what processes left that are no more. What cannot be removed is left for another time.
    def remove_stale(parent)
      Dir.children(parent).each do |name|
        found, pid = NAME.match(name)&.captures
        next if found != machine || alive?(pid.to_i)

        path = File.join(parent, name)
        entry = File.lstat(path)
        FileUtils.remove_entry(path) if entry.directory? && entry.owned?
      rescue SystemCallError
        next
      end
    end

    def make(parent)
      remove_stale(parent)
      directory = File.join(parent, "hagaki-spool-#{machine}-#{Process.pid}-#{SecureRandom.hex(3)}")
      Dir.mkdir(directory, 0o700)
      at_exit { remove_mine } if MADE.empty?
      MADE[[parent, Process.pid]] = directory
    end
    private_class_method :make

    # Not those of a process that this one was forked from.
    def remove_mine
      MADE.each { |(_, pid), directory| FileUtils.rm_rf(directory) if pid == Process.pid }
    end
    private_class_method :remove_mine

    def alive?(pid)
      Process.kill(0, pid)
      true
    rescue Errno::ESRCH, RangeError
      false
    rescue SystemCallError
      true # of another user, it lives
    end
    private_class_method :alive?

    # Process ids mean something within one machine, or one container that shares its directory with others.
    def machine
      space = begin
        File.readlink('/proc/self/ns/pid')
      rescue SystemCallError
        '' # not on Linux
      end
      Digest::SHA256.hexdigest("#{Socket.gethostname} #{space}")[0, 8]
    end
    private_class_method :machine
  end
end

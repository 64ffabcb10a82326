# frozen_string_literal: true

require 'digest'
require 'fileutils'
require 'stringio'
require_relative 'spool_directory'

module Hagaki
  # What was spooled: octets that flowed in, kept until the call is over. In memory while they are few.
  class Spooled
    # `sha256` is in hexadecimal, nil unless it was asked for. `path` is where the file is: nil while it is in memory,
    # and once it is gone.
    attr_reader :size, :sha256, :path

    def initialize(size, sha256, octets, path)
      @size = size
      @sha256 = sha256
      @octets = octets if path.nil?
      @path = path
    end

    # The octets from their beginning, as often as they are wanted: an IO, or what the block makes of it.
    def open(&block)
      return File.open(@path, 'rb', &block) unless @path.nil?

      io = StringIO.new(kept, 'rb')
      block.nil? ? io : block.call(io)
    end

    # Keeps them as a file, readable by this user alone, where nothing may be: Errno::EEXIST. On the same file system
    # it takes no time; else it is a copy. Afterwards they are gone from here.
    def move_to(path)
      if @path.nil?
        Spooled.make(path) { |file| file.write(kept) }
      else
        begin
          File.link(@path, path) # a rename would replace what is there
        rescue Errno::EEXIST
          raise
        rescue SystemCallError # another file system, or one without links
          Spooled.make(path) { |file| IO.copy_stream(@path, file) }
        end
      end
      close
    end

    # Lets go of them. Again, it does nothing.
    def close
      path = @path
      @path = @octets = nil
      FileUtils.rm_f(path) unless path.nil?
    end

    # A file where nothing was, for this user alone.
    def self.make(path, &block)
      File.open(path, File::WRONLY | File::CREAT | File::EXCL | File::BINARY, 0o600, &block)
    end

    private

    def kept
      @octets || raise(IOError, 'what was spooled is gone: its call is over, or it was moved')
    end
  end

  # Takes octets until it is finished, or dropped.
  class Spooling
    # `memory` is how many octets stay there, `parent` where files are; nil for the system's own place.
    def initialize(memory, parent, hash)
      @memory = memory
      @parent = parent
      @hash = Digest::SHA256.new if hash
      @octets = String.new
      @size = 0
    end

    def <<(piece)
      @size += piece.bytesize
      @hash&.update(piece)
      return @octets << piece if @file.nil? && @size <= @memory

      if @file.nil?
        @path = SpoolDirectory.path(@parent)
        @file = Spooled.make(@path)
        @file.write(@octets)
        @octets = nil
      end
      @file.write(piece)
    end

    def finish
      @file&.close
      Spooled.new(@size, @hash&.hexdigest, @octets, @path)
    end

    # Nothing of it is left.
    def drop
      return if @file.nil?

      FileUtils.rm_f(@path)
      @file.close unless @file.closed?
    rescue SystemCallError
      nil # what was still to be written does not matter
    end
  end
end

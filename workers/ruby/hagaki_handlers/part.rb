# frozen_string_literal: true

require 'json'
require_relative 'refused'
require_relative 'spool'

module Hagaki
  # A small file that a form had, where the schema is `file`. `name` is what the sender calls it: a text and no path;
  # `media_type` what it says of it, "" where it does not.
  FormFile = Struct.new(:name, :media_type, :content)

  # A part of a form. Its octets come as it is gone through, once; asking for the next part passes over its rest.
  class Part
    include Enumerable

    # `filename` is what the sender calls the file: a text and no path, and nil for a value that is no file.
    attr_reader :name, :filename, :media_type

    # `keep` is told what was spooled.
    def initialize(name, pieces, filename: nil, media_type: nil, keep: nil)
      @name = name
      @filename = filename
      @media_type = media_type
      @pieces = pieces
      @keep = keep
    end

    # Octets as they come.
    def each(&block)
      return enum_for(:each) if block.nil?

      @pieces.each(&block)
      self
    end

    # All of it, at most `limit`, such as '64kb'. Refused: body_too_large.
    def read(limit)
      octets = String.new
      within(limit) { |piece| octets << piece }
      octets
    end

    # The same as a text. Refused: body_malformed, for what is not UTF-8.
    def text(limit)
      text = read(limit).force_encoding(Encoding::UTF_8)
      return text if text.valid_encoding?

      raise Refused.new('body_malformed', { reason: 'a part has a text that is not UTF-8' })
    end

    # All of it, in memory while it is small, then in a file; gone when the call is over. Refused: body_too_large.
    #
    #   limit   the most that is taken, such as '5gb'
    #   memory  how much stays in memory
    #   dir     where files are; the system's own place for such files where nothing is said
    #   hash    true to work out the SHA-256 as well
    def spool(limit:, memory: 65_536, dir: nil, hash: false)
      spooling = Spooling.new(Size.of(memory), dir, hash)
      begin
        within(limit) { |piece| spooling << piece }
        spooled = spooling.finish
      ensure
        spooling.drop if spooled.nil?
      end
      @keep&.call(spooled)
      spooled
    end

    private

    def within(limit)
      left = most = Size.of(limit)
      each do |piece|
        left -= piece.bytesize
        raise Refused.new('body_too_large', { bytes: nil, limit: most }) if left.negative?

        yield piece
      end
    end
  end

  # The parts of a form behind the line of a call. On the link one is a head and pieces: u32 and as many octets of JSON,
  # then for each piece u32 and its octets, and 0 at its end. The gateway has read the form.
  class ArrivingParts
    # The block gives the next octets, nil at the end; `keep` is told what was spooled.
    def initialize(keep, &pull)
      @keep = keep
      @pull = pull
      @octets = String.new
      @current = 0
      @in_part = false
    end

    # Each, once.
    def each
      while (head = next_head)
        number = @current
        pieces = Enumerator.new { |to| read(number) { |piece| to << piece } }
        yield Part.new(head['name'], pieces, filename: head['filename'], media_type: head['mediaType'], keep: @keep)
        nil while next_piece
        @current += 1
      end
    end

    private

    def read(number)
      loop do
        raise 'the next part was asked for: what is to be kept of one is read before that' unless number == @current

        piece = next_piece
        break if piece.nil?

        yield piece
      end
    end

    def next_head
      return nil unless fill(4)

      @in_part = true
      JSON.parse(sized.force_encoding(Encoding::UTF_8))
    end

    def next_piece
      return nil unless @in_part

      piece = sized
      return piece unless piece.empty?

      @in_part = false
      nil
    end

    def sized
      raise EOFError, 'the parts end early' unless fill(4) && fill(4 + (length = @octets.unpack1('N')))

      piece = @octets.byteslice(4, length)
      @octets = @octets.byteslice(4 + length, @octets.bytesize)
      piece
    end

    # False when they end before there are as many octets.
    def fill(size)
      while @octets.bytesize < size
        piece = @pull.call
        return false if piece.nil?

        @octets << piece
      end
      true
    end
  end

  # Puts files where they were in data: their octets come one behind the other.
  module FormFiles
    def self.put(data, files, octets)
      at = 0
      files.each do |one|
        *way, last = one['at']
        place = way.reduce(data) { |within, step| within[step] }
        place[last] = FormFile.new(one['name'], one['type'], octets.byteslice(at, one['size']))
        at += one['size']
      end
      data
    end
  end
end

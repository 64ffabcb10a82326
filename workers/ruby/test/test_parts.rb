# frozen_string_literal: true

require 'minitest/autorun'
require 'rbconfig'
require 'tmpdir'
require_relative '../hagaki_handlers'
require_relative 'caller'

OCTETS = ((0..255).to_a.pack('C*') * 1_200).freeze

# Parts of a form as they are on a link.
module Parts
  def sized(octets)
    [octets.bytesize].pack('N') + octets.b
  end

  def part(name, *pieces, filename: nil)
    head = JSON.generate({ name: name, filename: filename, mediaType: nil })
    [head, *pieces, ''].map { |one| sized(one) }.join
  end

  # What comes of octets in pieces of a size, each part as the block makes it.
  def each_of(octets, size = 65_536, &block)
    at = -size
    given = []
    Hagaki::ArrivingParts.new(nil) { octets.byteslice(at += size, size).then { |one| one unless one.to_s.empty? } }
                         .each { |one| given << block.call(one) }
    given
  end

  def refused(code, &block)
    assert_raises(Hagaki::Refused, &block).tap { |told| assert_equal code, told.code }.detail
  end
end

class PartsTest < Minitest::Test
  include Parts

  def test_cut_anywhere_they_are_the_same
    sent = part('a', 'one', 'two') + part('b') + part('c', "\n\0\xff", filename: '../x')
    [1, 3, 7, 65_536].each do |size|
      told = each_of(sent, size) { |one| [one.name, one.filename, one.read(10)] }
      assert_equal [['a', nil, 'onetwo'], ['b', nil, ''], ['c', '../x', "\n\0\xff".b]], told, size
    end
  end

  def test_the_next_one_passes_over_the_rest_of_the_last
    kept = []
    each_of(part('a', '1', '2') + part('b', '3')) do |one|
      kept << one
      assert_equal(one.name == 'a' ? '1' : '3', one.first)
    end
    assert_match 'the next part was asked for', assert_raises(RuntimeError) { kept[0].read(9) }.message
    each_of(part('a', '1') + part('b', '3')) do |one|
      assert_equal [one.name, one.name == 'a' ? '1' : '3'], [one.name, one.text(1)]
    end
  end

  def test_a_part_may_be_as_large_as_its_limit_and_no_larger
    assert_equal ['123'], each_of(part('a', '12', '3')) { |one| one.read(3) }
    [->(one) { one.read(2) }, ->(one) { one.text('2b') }, ->(one) { one.spool(limit: 2, memory: 0) }].each do |read|
      assert_equal 2, refused('body_too_large') { each_of(part('a', '12', '3'), &read) }[:limit]
    end
    refused('body_malformed') { each_of(part('a', "\xff")) { |one| one.text(9) } }
  end

  def test_those_that_end_early_are_no_whole_ones
    [5, 7].each do |short|
      assert_raises(EOFError) { each_of(part('a', '12')[0...-short]) { |one| one.read(9) } }
    end
  end

  def test_sizes_are_written_as_elsewhere
    assert_equal [0, 7, 7, 2_048, 5 * (1_024**3)], [0, 7, '7b', '2kb', '5gb'].map { |one| Hagaki::Size.of(one) }
    [-1, true, 1.5, '5', '5 mb', '-1kb', '5MB', "5mb\n", nil].each do |one|
      assert_raises(ArgumentError, one.inspect) { Hagaki::Size.of(one) }
    end
  end

  def test_files_stand_where_they_were
    file = { 'name' => 'n', 'type' => '' }
    files = [{ **file, 'at' => ['photo'], 'size' => 2 }, { **file, 'at' => ['more', 1], 'size' => 3 }]
    put = Hagaki::FormFiles.put({ 'photo' => nil, 'more' => ['text', nil] }, files, 'abcde')
    more = ['text', Hagaki::FormFile.new('n', '', 'cde')]
    assert_equal({ 'photo' => Hagaki::FormFile.new('n', '', 'ab'), 'more' => more }, put)
  end

  def test_a_test_gives_parts_and_files_as_values
    service = Class.new(Hagaki::Service) do
      photo = { type: 'object', properties: { photo: file } }
      acts '/a', accepts: photo, formats: [multipart(file: '1kb')], returns: {}
      def one(form)
        form['photo'].name
      end

      acts '/b', takes: parts(parts: 3, part: '1mb'), limit: 1_000, returns: {}
      def all(arrived)
        arrived['body'].map { |part| part.text(10) }
      end
    end
    Hagaki.local(service) do |api|
      assert_equal 'x.jpg', api.one({ photo: Hagaki::FormFile.new('x.jpg', 'image/jpeg', '') })
      given = [Hagaki::Part.new('title', %w[Ky oto]), Hagaki::Part.new('file', ['x'], filename: 'x')]
      assert_equal %w[Kyoto x], api.all({ body: given })
    end
    offered = JSON.parse(JSON.generate(Hagaki::Plans.new(service).offer))['handlers']
    assert_equal [{ 'multipart' => { 'file' => '1kb' } }], offered['one']['formats']
    assert_equal({ 'parts' => { 'parts' => 3, 'part' => '1mb' } }, offered['all']['takes'])
    told = assert_raises(Hagaki::SetupFaulty) { Class.new(Hagaki::Service) { acts '/a', gives: parts } }.message
    assert_includes told, 'its gives is nothing that flows'
  end
end

class SpoolTest < Minitest::Test
  def setup
    @dir = Dir.mktmpdir
  end

  def teardown
    FileUtils.remove_entry(@dir)
  end

  def spooled(octets, **how)
    Hagaki::Part.new('a', octets.b.scan(/.{1,10000}/mn)).spool(limit: '1mb', dir: @dir, **how)
  end

  def files
    Dir.glob("#{@dir}/hagaki-spool-*/*")
  end

  def mode(path)
    File.stat(path).mode & 0o777
  end

  def test_what_is_small_stays_in_memory_and_what_is_larger_is_a_file_that_others_cannot_read
    [[0, '64kb'], [65_536, '64kb'], [10, 10]].each do |size, memory|
      kept = spooled(OCTETS.byteslice(0, size), memory: memory)
      assert_equal [size, nil, nil, []], [kept.size, kept.path, kept.sha256, files]
      assert_equal OCTETS.byteslice(0, size), kept.open(&:read)
    end
    kept = spooled(OCTETS, hash: true)
    assert_equal [OCTETS.bytesize, Digest::SHA256.hexdigest(OCTETS), [kept.path]], [kept.size, kept.sha256, files]
    assert_equal [0o600, 0o700], [mode(kept.path), mode(File.dirname(kept.path))]
    2.times { assert_equal OCTETS, kept.open(&:read) }
    kept.close
    assert_empty files
    assert_match 'what was spooled is gone', assert_raises(IOError) { kept.open }.message
  end

  def test_it_is_kept_where_nothing_is
    [0, '1mb'].each_with_index do |memory, number|
      there = "#{@dir}/kept#{number}"
      spooled(OCTETS, memory: memory).move_to(there)
      assert_equal [OCTETS, 0o600, []], [File.binread(there), mode(there), files]
      other = spooled('other', memory: memory)
      assert_raises(Errno::EEXIST) { other.move_to(there) }
      other.close
      assert_equal OCTETS, File.binread(there)
    end
  end

  def test_nothing_is_left_of_one_that_breaks_off
    breaks = Enumerator.new { |to| (to << OCTETS) && raise(IOError, 'gone') }
    assert_raises(IOError) { Hagaki::Part.new('a', breaks).spool(limit: '1mb', dir: @dir) }
    assert_raises(Hagaki::Refused) { Hagaki::Part.new('a', [OCTETS]).spool(limit: '200kb', dir: @dir) }
    assert_raises(Hagaki::Refused) { Hagaki::Part.new('a', [OCTETS] * 4).spool(limit: '1mb', dir: @dir) }
    assert_empty files
  end

  def test_a_directory_that_somebody_has_cleared_is_made_anew
    FileUtils.remove_entry(File.dirname(spooled(OCTETS).path))
    again = spooled(OCTETS).path
    assert_equal [again], files
  end

  def test_what_a_process_has_left_goes_with_the_next_and_what_one_has_that_lives_stays
    library = File.expand_path('../hagaki_handlers', __dir__)
    { 'exit!(1)' => 1, 'nil' => 0 }.each do |ending, left|
      program = "Hagaki::Part.new('a', ['x' * 100_000]).spool(limit: '1mb', dir: ARGV[0]); #{ending}"
      system(RbConfig.ruby, '-r', library, '-e', program, @dir)
      assert_equal left, files.size
      Hagaki::SpoolDirectory.remove_stale(@dir)
      assert_empty files
    end
    mine = spooled(OCTETS).path
    Hagaki::SpoolDirectory.remove_stale(@dir)
    assert_equal [mine], files
  end
end

class PartsOnALinkTest < Minitest::Test
  include Parts

  LINE = "#{JSON.generate({ data: nil, guards: {}, resume: nil })}\n"

  def test_what_was_spooled_is_gone_with_its_call
    Caller.open('spooling.rb', kind: 'handlers') do |caller|
      call = caller.call('keeps', body: { length: nil })
      caller.send_body(call, LINE + part('a', 'xyz') + part('b', 'x' * 60_000, 'y' * 60_000))
      paths = JSON.parse(caller.result(call)[1])
      assert_equal [2, []], [paths.size, paths.reject { |path| path.is_a?(String) }]
      nil until caller.result(caller.call('count', { data: nil, guards: {}, resume: nil }))[1] == '0'
    end
  end

  def test_a_caller_that_goes_away_within_a_part_leaves_no_file
    Caller.open('spooling.rb', kind: 'handlers') do |caller|
      call = caller.call('spools', body: { length: nil })
      caller.next(call)
      pieces = sized(OCTETS[0, 50_000]) + sized(OCTETS[0, 10_000])
      caller.send_frame(Caller::DATA, call, LINE + part('a')[0..-5] + pieces)
      caller.send_frame(Caller::DATA, call, pieces[0..-2])
      caller.logged('spooling: 1 file')
      caller.cancel(call)
      caller.logged('spooled: 0 files')
    end
  end
end

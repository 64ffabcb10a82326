# frozen_string_literal: true

require_relative 'caller'
require 'minitest'
require 'tmpdir'

# Apps that do not load: `failed` in the place of hello, and status 1.
class LoadingTest < Minitest::Test
  def test_an_app_that_raises_is_refused_with_its_place
    refusal("\n\nraise 'no database'\n") do |detail, log|
      assert_equal "rack('config.ru')", detail['what']
      assert_match(/\ARuntimeError: no database \(\S+config\.ru:3\)\z/, detail['reason'])
      assert_match(/hagaki: rack\('config\.ru'\): RuntimeError: no database/, log)
      assert_match(/config\.ru:3:in/, log)
    end
  end

  def test_a_file_of_the_app_that_raises_is_named
    refusal("require_relative 'app'\nrun App\n", { 'app.rb' => "App = 1 +\n" }) do |detail|
      assert_match(/\ASyntaxError: \S+app\.rb/, detail['reason'])
      assert_match(/\ACorrect it, or use another Ruby than #{RUBY_VERSION}/, detail['fix'])
    end
  end

  def test_a_gem_that_is_not_there_is_named_with_what_to_type
    refusal("require 'no_such_gem/core'\n") do |detail|
      assert_match(/cannot load such file -- no_such_gem\/core/, detail['reason'])
      assert_match(/\AInstall its gem: \S*ruby\S* -S gem install no_such_gem\z/, detail['fix'])
    end
  end

  def test_without_the_rack_gem_it_says_what_to_type
    Dir.mktmpdir do |folder|
      missing = "raise LoadError.new('cannot load such file -- rack').tap { |error| def error.path = 'rack' }\n"
      File.write(File.join(folder, 'rack.rb'), missing)
      refusal('run 1', env: { 'RUBYLIB' => folder }) do |detail|
        assert_match(/\Athe rack gem is not there for \S*ruby/, detail['reason'])
        assert_match(/-S gem install rack, or on Debian and Ubuntu: apt-get install ruby-rack\z/, detail['fix'])
      end
    end
  end

  def test_a_gemfile_is_obeyed
    refusal("run ->(env) { [200, {}, []] }\n", { 'Gemfile' => "gem 'no_such_gem_anywhere'\n" }) do |detail|
      assert_match(/no_such_gem_anywhere/, detail['reason'])
      assert_match(/\AIn \S+, type: bundle install\z/, detail['fix'])
    end
    refusal("require 'sinatra/base'\n", { 'Gemfile' => "gem 'rack'\n" }) do |detail|
      assert_equal 'Add its gem to the Gemfile: bundle add sinatra', detail['fix']
    end
  end

  def test_what_is_no_app_is_refused
    { '' => 'missing run or map statement', "run 7\n" => 'gives a Integer and no Rack app',
      "exit 3\n" => 'SystemExit: exit' }.each do |text, reason|
      refusal(text) { |detail| assert_includes detail['reason'], reason }
    end
  end

  def test_the_command_line_says_how_it_is_written
    [['rack'], ['wsgi', 'a'], ['rack', 'config.ru', '--threads'], ['rack', 'config.ru', '--threads', '0'],
     ['rack', 'config.ru', '--what', '1']].each do |arguments|
      out, err = IO.pipe
      pid = spawn(RbConfig.ruby, Caller::RUN, *arguments, err: err, in: File::NULL)
      err.close
      assert_match(/\AWrite: ruby run\.rb rack config\.ru/, out.read)
      out.close
      assert_equal 2, Process.wait2(pid)[1].exitstatus
    end
  end

  private

  # What a worker says that finds such a config.ru, and files beside it.
  def refusal(text, files = {}, env: {})
    Dir.mktmpdir do |folder|
      { 'config.ru' => text, **files }.each { |name, content| File.write(File.join(folder, name), content) }
      Caller.open('config.ru', cwd: folder, env: env) do |caller|
        failed = caller.next(0)
        assert_equal [Caller::FAILED, 'setup_faulty'], [failed.type, failed.json['code']], caller.said
        assert_equal 1, caller.exit_status
        yield failed.json['detail'], caller.log
      end
    end
  end
end

# frozen_string_literal: true

# A Sinatra app: a form, an upload, a session, a stream and an error page.

require 'sinatra/base'

class Notes < Sinatra::Base
  enable :sessions
  set :session_secret, 'no secret at all, only for these tests: ' * 4
  set :protection, except: :http_origin

  get('/') { "<a href='#{url('/notes', false)}'>#{session[:name] || 'nobody'}</a>" }

  post '/notes' do
    session[:name] = params[:name]
    redirect url('/', false)
  end

  put '/upload' do
    { bytes: request.body.read.bytesize, type: request.content_type }.to_s
  end

  post '/picture' do
    file = params[:picture]
    "#{file[:filename]} #{file[:type]} #{file[:tempfile].read.bytesize} #{params[:title]}"
  end

  get '/stream' do
    content_type 'text/plain'
    stream { |out| 3.times { |number| out << "#{number}\n" } }
  end

  get('/error') { raise 'a secret' }
end

run Notes

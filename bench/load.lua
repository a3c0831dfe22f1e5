-- What wrk runs: one fixed request, and at the end one line of numbers that a program can read.
function init(arguments)
  wrk.method = arguments[1] or "GET"
  if wrk.method == "POST" then
    local file = assert(io.open(arguments[2], "rb"))
    wrk.body = file:read("*a")
    file:close()
    wrk.headers["Content-Type"] = "application/json"
  end
  if arguments[3] == "close" then
    wrk.headers["Connection"] = "close"
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nJSON {"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"badStatus":%d,"failures":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end

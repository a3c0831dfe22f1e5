-- What wrk runs for mixed requests: of a hundred 55 pings, 25 short lists, 15 refusals, 4 lists of what runs, 1 megabyte.
local folder = debug.getinfo(1, "S").source:match("^@(.*/)")
dofile(folder .. "load.lua")

local shares = {
  { 55, "GET", "/_ping" },
  { 25, "GET", "/v1.41/containers/json?all=1&limit=3" },
  { 15, "POST", "/v1.41/containers/create?name=web" },
  { 4, "GET", "/v1.41/containers/json" },
  { 1, "GET", "/v1.41/containers/web/archive?path=/data" },
}
-- A step that has no divisor in common with a hundred mixes them.
local STEP = 37
local requests, at = {}, 0

local function prepare()
  local all = {}
  for _, share in ipairs(shares) do
    for _ = 1, share[1] do
      all[#all + 1] = wrk.format(share[2], share[3])
    end
  end
  for index = 0, #all - 1 do
    requests[index + 1] = all[index * STEP % #all + 1]
  end
end

function request()
  if #requests == 0 then
    prepare()
  end
  at = at % #requests + 1
  return requests[at]
end

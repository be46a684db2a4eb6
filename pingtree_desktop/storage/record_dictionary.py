"""The words that most exchanges share, so that zlib starts with them known.

Part of the file format: never change a dictionary that was released; add another one and a codec
number for it in `records`.
"""

from __future__ import annotations

DICTIONARY_1 = (
    b'"utm_creative":"utm_placement":"utm_matchtype":"utm_adgroup":"utm_content":"utm_term":'
    b'"adv5":"adv4":"adv3":"adv2":"adv1":"sub5":"sub4":"sub3":"sub2":"min_price":"adSpend":'
    b'"external_clickid":"tcpa_consent_date":"tcpa_consent":"cost_operation":"substract"'
    b'"override","date_of_birth":"zip":"city":"state":"address":"phone":"+1555","email":'
    b'"@example.com","last_name":"first_name":"utm_campaign":"utm_medium":"utm_source":"google",'
    b'"sub1":"conversion_timezone":"PST","EST","conversion_date":"2026-pid":"organic",'
    b'"amount":"revenue":"clid":"event_id":"purchase_complete","quote_view","call_completed",'
    b'"cid":"transaction_id":"T-txn_"'
    b'{"status":"error","type":"error","message":"Missing required fields","missingFields":'
    b'{"event_id":"required"},"invalidFields":{}}Duplicate eventSource inactiveInvalid event id'
    b'{"status":"success","type":"success","message":"Event fired successfully"'
    b',"missingFields":{},"invalidFields":{}}'
    b'["Access-Control-Allow-Origin","*"],["Set-Cookie","Strict-Transport-Security","max-age='
    b'["Vary","Origin"],["X-Powered-By","Express"],["ETag","W/"cloudflare","CF-RAY","nginx",'
    b'["Transfer-Encoding","chunked"],["Cache-Control","no-store"],["Keep-Alive","timeout=5"],'
    b"https://api.pingtree.com/api/event/trigger?global/http://127.0.0.1:8765/api/event/demo"
    b'{"v":2,"uid":"","started_ms":1700000000000,"environment":"sandbox","danger":"sandbox",'
    b'"live","test","base_url":"http://127.0.0.1:8765","endpoint":"campaign","trigger","global",'
    b'"campaign":"Demo","profile":"","cid":"demo","event_id":"","transaction_id":"","money":'
    b'"42.50","verdict":"fired","duplicate","locked","missing_field","in_doubt","expected":'
    b'"fired","message":"","event_text":"{\\"endpoint\\": \\"campaign\\", \\"method\\": '
    b'\\"POST\\", \\"org_id\\": \\"\\", \\"fields\\": {\\"event_id\\": {\\"mode\\": \\"value\\", '
    b'\\"text\\": \\"\\"}, \\"transaction_id\\": {\\"mode\\": \\"value\\", \\"text\\": \\"\\"}, '
    b'\\"amount\\": {\\"mode\\": \\"value\\", \\"text\\": \\"42.50\\"}, \\"cid\\": {\\"mode\\": '
    b'\\"omit\\"empty\\"null\\"raw\\"}, \\"lead\\": [{\\"name\\": \\"first_name\\", '
    b'\\"text\\": \\"\\", \\"type\\": \\"text\\"}]}","resolved":[],"method":"POST","url":"http'
    b'","headers":[["Host","127.0.0.1:8765"],["User-Agent","PingTree-Desktop/0.1.0"],'
    b'["Accept","application/json"],["Accept-Encoding","gzip"],["Content-Type",'
    b'"application/json"],["Connection","close"],["X-Request-Id",""],["Content-Length","'
    b'"outcome":{"elapsed_ms":,"remote":"127.0.0.1:8765","proxy":"","phases":[["resolve",0.0,'
    b'],["connect",],["tls",],["send",],["wait",],["receive",]],"failure":null,'
    b'"failure":{"kind":"refused","sentence":"","detail":"","may_have_arrived":false},'
    b'"response":{"status":200,"reason":"OK","http_version":"HTTP/1.1","headers":['
    b'["Content-Type","application/json; charset=utf-8"],["Content-Length",""],["Date","Mon, Tue,'
    b' Wed, Thu, Fri, Sat, Sun, 2026 GMT"],["Server",""],["Connection","close"]],'
    b'"body_state":"complete","wire_bytes":,"notes":[]}},"sizes":[,]}\n'
)

"""Writes chat-template-cases.json.gz: what transformers' apply_chat_template makes of conversations with templates of many kinds.

    python testdata/make_chat_template_cases.py [TARGET]    (with transformers 5.18, jinja2 3.1.6)

The templates are written for these cases, each in the manner of a kind that is published: its marks, its loops, its checks.
"""
import datetime
import gzip
import json
import pathlib
import random
import sys

from transformers import PreTrainedTokenizerFast
from transformers.utils import chat_template_utils

here = pathlib.Path(__file__).parent
target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "chat-template-cases.json.gz"


class FixedTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 5, 9, 3, 8)


chat_template_utils.datetime = FixedTime

TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(here / "spec-cases" / "tiny-vocab" / "tokenizer.json"), **TOKENS)
assert tokenizer.special_tokens_map == TOKENS, tokenizer.special_tokens_map

TEMPLATES = {
    "chatml": "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
              "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
    "chatml-with-system": """{%- if messages[0].role != 'system' %}
    {{- '<|im_start|>system\\nYou help.<|im_end|>\\n' }}
{%- endif %}
{%- for turn in messages %}
    {#- every turn, the first too -#}
    {{- '<|im_start|>' ~ turn.role ~ '\\n' ~ turn.content | trim ~ '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' -}}
{%- endif %}
""",
    "llama-2": "{% if messages[0]['role'] == 'system' %}{% set turns = messages[1:] %}{% set system = messages[0]['content'] %}"
               "{% else %}{% set turns = messages %}{% set system = false %}{% endif %}"
               "{% for turn in turns %}{% if (turn['role'] == 'user') != (loop.index0 % 2 == 0) %}"
               "{{ raise_exception('Turns must go user, assistant, user and so on') }}{% endif %}"
               "{% if loop.index0 == 0 and system != false %}{% set text = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + turn['content'] %}"
               "{% else %}{% set text = turn['content'] %}{% endif %}"
               "{% if turn['role'] == 'user' %}{{ bos_token + '[INST] ' + text.strip() + ' [/INST]' }}"
               "{% elif turn['role'] == 'assistant' %}{{ ' ' + text.strip() + ' ' + eos_token }}{% endif %}{% endfor %}",
    "mistral": """{{ bos_token }}
{%- set ns = namespace(last_user=-1, count=0) %}
{%- for m in messages %}
    {%- if m['role'] == 'user' %}{% set ns.last_user = loop.index0 %}{% set ns.count = ns.count + 1 %}{% endif %}
{%- endfor %}
{%- for m in messages %}
{%- if m['role'] == 'user' %}
    {%- if loop.index0 == ns.last_user and messages[0]['role'] == 'system' %}
        {{- '[INST] ' + messages[0]['content'] + '\\n\\n' + m['content'] + '[/INST]' }}
    {%- else %}
        {{- '[INST] ' + m['content'] + '[/INST]' }}
    {%- endif %}
{%- elif m['role'] == 'assistant' %}
    {{- ' ' + m['content']|trim + eos_token }}
{%- elif m['role'] != 'system' %}
    {{- raise_exception('Only user, assistant and system, not ' + m['role']) }}
{%- endif %}
{%- endfor %}""",
    "llama-3": """{{- bos_token }}
{%- if tools is not defined or tools is none %}{% set tools_here = none %}{% endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|header|>system<|/header|>\\n\\n" }}
{%- if tools_here is not none %}{{- tools_here | tojson(indent=4) }}{% endif %}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}{{ "<|eot|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|header|>' + message['role'] + '<|/header|>\\n\\n'+ message['content'] | trim + '<|eot|>' }}
    {%- elif 'tool_calls' in message %}{{- message.tool_calls[0].function.name }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|header|>assistant<|/header|>\\n\\n' }}{% endif %}""",
    "zephyr": """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>\\n'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}""",
    "gemma": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('No system role') }}{% endif %}"
             "{% for message in messages %}{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}"
             "{{ '<turn>' + role + '\\n' + message['content'] | trim + '</turn>\\n' }}{% endfor %}"
             "{% if add_generation_prompt %}{{'<turn>model\\n'}}{% endif %}",
    "idefics3": "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
                "{% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}"
                "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{ line['text'] }}"
                "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
                "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}",
    "idefics-instruct": """{%- for message in messages -%}
{{ message.role | title }}:
{%- if message.content is string %} {{ message.content }}
{%- else -%}
{%- for part in message.content -%}
{%- if part.type == 'image' and part.url is defined -%}<fake><image:{{ part.url }}><fake>
{%- elif part.type == 'image' -%}<fake><image><fake>
{%- else %} {{ part.text | trim }}{% endif -%}
{%- endfor -%}
{%- endif -%}
<end_of_utterance>{{ '\\n' }}
{%- endfor -%}
{%- if add_generation_prompt %}Assistant:{% endif -%}
""",
    "deepseek": """{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}
{% set ns = namespace(is_first=true, system='', answered=false) %}
{%- for message in messages -%}
{%- if message['role'] == 'system' -%}{% set ns.system = ns.system + ('' if ns.is_first else '\\n') + message['content'] -%}{% set ns.is_first = false %}
{%- endif -%}
{%- endfor -%}
{{ bos_token }}{{ ns.system }}
{%- for message in messages %}
{%- if message['role'] == 'user' -%}{%- set ns.answered = false -%}{{ '<|User|>' + message['content'] }}
{%- elif message['role'] == 'assistant' -%}
{%- set content = message['content'] -%}
{%- if '</think>' in content %}{% set content = content.split('</think>')[-1].lstrip('\\n') %}{% endif -%}
{{ '<|Assistant|>' + content + '<|end|>' }}{%- set ns.answered = true -%}
{%- endif -%}
{%- endfor -%}
{% if add_generation_prompt and not ns.answered %}{{ '<|Assistant|><think>\\n' }}{% endif %}""",
    "qwen": """{%- macro show(content, sign='#') -%}
{%- if content is string -%}{{ content }}
{%- elif content is iterable and content is not mapping -%}
{%- for item in content -%}{{ item.text if 'text' in item else sign ~ loop.index }}{%- endfor -%}
{%- else -%}{{ raise_exception('What content is this?') }}{%- endif -%}
{%- endmacro -%}
{%- set ns = namespace(searching=true, last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.searching and message.role == "user" and not (message.content is string and message.content.startswith('<tool>')) %}
        {%- set ns.searching = false %}{%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.role == 'tool' %}{% continue %}{% endif %}
    {%- set content = show(message.content) %}
    {%- if message.role == 'assistant' and '</think>' in content %}
        {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
        {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- if loop.index0 > ns.last %}{% set content = '<think>\\n' + thought + '\\n</think>\\n\\n' + content %}{% endif %}
    {%- endif %}
    {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
{%- endif %}""",
    "odds": """{% set roles = messages | map(attribute='role') | list %}
{{ roles | join(', ') }} {{ roles }} {{ messages | selectattr('role', 'equalto', 'user') | list | length }}
{% for role, many in {'user': 'users', 'system': none}.items() if role in roles %}
  {{ loop.index }}/{{ loop.length }} {{ role.upper() }}: {{ many | default('nobody', true) }}{{ loop.previtem[0] }}
{% else %}
  no one
{% endfor %}
{% for m in messages %}
  {% if loop.index > 3 %}{% break %}{% endif %}
  {% set shown %}  {{ m.content | string | replace('a', '4') | upper }}
  {%- endset +%}
  {{- loop.revindex }}{{ shown | trim | tojson }} {{ 'more' if not loop.last }}{{ loop.nextitem.role }}
{% endfor %}
{{ messages[0] | tojson }} {{ [1.5, -7 // 2, -7 % 3, 6 / 3, true, none, ('x',)] }} {{ nobody }} {{ messages[-1]['nothing'] }}
{% generation %}{% raw %}{{ kept }}{% endraw %}{% endgeneration %} {{ pad_token ~ unk_token }}

""",
}

TEXTS = ["Hello!", "  spaces around  ", "Line one\nline two\n", "", "It's \"quoted\" \\ here", "Caf\u00e9 \u4e2d\u6587 \U0001F600", "{{ not }} {% code %}",
         "<think>\nhm\n</think>\n\nYes, that.", "tab\tand\u00a0nbsp\u3000", "WHY a b a?"]
source = random.Random(2026)


def parts():
    made = []
    for _ in range(source.randrange(1, 4)):
        made.append(source.choice([
            lambda: {"type": "text", "text": source.choice(TEXTS)},
            lambda: {"type": "image"},
            lambda: {"type": "image", "url": "http://x/y.png"},
            lambda: {"type": "image", "path": "a b.jpg"}])())
    return made


def conversation(with_parts):
    roles = ["user", "assistant"] * source.randrange(1, 4)
    roles = roles[:source.randrange(1, len(roles) + 1)]
    if source.random() < 0.4:
        roles.insert(0, "system")
    if source.random() < 0.15:
        roles.insert(source.randrange(len(roles) + 1), source.choice(["user", "tool", "critic"]))
    return [{"role": role, "content": parts() if with_parts else source.choice(TEXTS)} for role in roles]


def answer(template, messages, prompt, variables):
    try:
        return tokenizer.apply_chat_template(messages, chat_template=template, add_generation_prompt=prompt, tokenize=False, **variables)
    except Exception:  # the template refuses, or fails
        return None


plain = [conversation(False) for _ in range(24)]
mixed = [conversation(True) for _ in range(16)]
cases = []
for name, template in TEMPLATES.items():
    pool = mixed if name == "idefics3" else plain + mixed if name in ("idefics-instruct", "qwen", "odds") else plain + mixed[:1]
    for number in sorted(source.sample(range(len(pool)), min(26, len(pool)))):
        messages = pool[number]
        prompt = source.random() < 0.6
        variables = {"enable_thinking": False} if name == "qwen" and source.random() < 0.3 else {}
        cases.append({"template": name, "messages": messages, "prompt": prompt, "variables": variables,
                      "answer": answer(template, messages, prompt, variables)})

text = json.dumps({"time": "2024-07-05T09:03:08Z", "tokens": TOKENS, "templates": TEMPLATES, "cases": cases}, ensure_ascii=False, separators=(",", ":"))
target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
refused = sum(case["answer"] is None for case in cases)
print(len(TEMPLATES), "templates", len(cases), "cases, of which", refused, "are refused;", target.stat().st_size, "bytes")

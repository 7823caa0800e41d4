package io.tesserae.server.route;

import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;

/** {@code /tokenize}: the tokens of texts. */
record TokenizeRoute(Models models, int maxClientBatchSize) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        Members members = query.members();
        Tokenizer tokenizer = Tokenizers.choose(models, members);
        List<String> texts =
                members.strings("inputs").orElseThrow(() -> RequestException.validation("missing field `inputs`"));
        if (texts.isEmpty()) {
            throw RequestException.empty("`inputs` cannot be empty");
        }
        Tokenizers.requireBatch(texts.size(), maxClientBatchSize);
        EncodingOptions options =
                EncodingOptions.DEFAULT.withAddSpecialTokens(members.bool("add_special_tokens", true));
        JsonText json = new JsonText();
        json.array(texts, (out, text) -> {
            call.read(text);
            write(out, text, tokenizer.encode(TextInputs.requireText(text, "inputs"), options));
        });
        return Reply.json(json.toString());
    }

    private static void write(JsonText json, String text, Encoding encoding) {
        int[] ids = encoding.inputIds();
        int[] special = encoding.specialTokensMask();
        List<String> tokens = encoding.tokens();
        List<Span> chars = encoding.utf16Offsets();
        List<Span> codePoints = encoding.offsets();
        json.beginArray();
        for (int i = 0; i < ids.length; i++) {
            boolean isSpecial = special[i] == 1;
            String piece = text.substring(chars.get(i).start(), chars.get(i).end());
            json.begin().name("id").integer(ids[i]).name("text").string(isSpecial ? tokens.get(i) : piece);
            json.name("special").bool(isSpecial);
            place(json.name("start"), isSpecial, codePoints.get(i).start());
            place(json.name("stop"), isSpecial, codePoints.get(i).end());
            json.end();
        }
        json.endArray();
    }

    private static void place(JsonText json, boolean isSpecial, int place) {
        if (isSpecial) {
            json.nothing();
        } else {
            json.integer(place);
        }
    }
}

package io.tesserae.server.route;

import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;

/** {@code /v1/embeddings}: as OpenAI's clients want it. */
record OpenAiEmbeddingsRoute(Models models, TextInputs texts) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        Members members = query.members();
        String format = members.string("encoding_format").orElse("float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw RequestException.validation("encoding_format: expected float or base64");
        }
        Embedder embedder = Embedder.choose(models, members, texts);
        List<String> inputs = texts.read(members, "input", embedder.tokenizer());
        List<SentenceEmbedding> embeddings = embedder.embed(inputs, members, true, call);
        long tokens = embeddings.stream().mapToLong(SentenceEmbedding::tokens).sum();
        JsonText json = new JsonText()
                .begin()
                .name("object")
                .string("list")
                .name("data")
                .beginArray();
        for (int i = 0; i < embeddings.size(); i++) {
            json.begin().name("object").string("embedding").name("embedding");
            write(json, embeddings.get(i).vector(), format);
            json.name("index").integer(i).end();
        }
        json.endArray()
                .name("model")
                .string(embedder.task().modelName())
                .name("usage")
                .begin()
                .name("prompt_tokens")
                .integer(tokens)
                .name("total_tokens")
                .integer(tokens)
                .end()
                .end();
        return Reply.json(json.toString());
    }

    private static void write(JsonText json, float[] vector, String format) {
        if (format.equals("float")) {
            json.floats(vector);
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        json.string(Base64.getEncoder().encodeToString(bytes.array()));
    }
}

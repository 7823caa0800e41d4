package io.tesserae.server.route;

import io.tesserae.model.SimilarityFunction;
import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import java.util.ArrayList;
import java.util.List;

/** {@code /similarity}: how alike sentences are to one, by the cosine of the angle between their vectors. */
record SimilarityRoute(Models models, TextInputs texts) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        Members members = query.members();
        Members inputs = Members.of(members.require("inputs"), "inputs");
        Members parameters = members.value("parameters")
                .map(value -> Members.of(value, "parameters"))
                .orElse(Members.NONE);
        String source = inputs.string("source_sentence")
                .orElseThrow(() -> RequestException.validation("missing field `inputs.source_sentence`"));
        List<String> sentences = inputs.strings("sentences")
                .orElseThrow(() -> RequestException.validation("missing field `inputs.sentences`"));
        if (sentences.isEmpty()) {
            throw RequestException.empty("`inputs.sentences` cannot be empty");
        }
        List<String> all = new ArrayList<>(sentences);
        all.addFirst(source);
        all.forEach(text -> TextInputs.requireText(text, "inputs"));
        Embedder embedder = Embedder.choose(models, members, texts);
        List<SentenceEmbedding> embeddings = embedder.embed(all, Members.NONE, parameters, true, call);
        float[] first = embeddings.getFirst().vector();
        JsonText json = new JsonText().beginArray();
        for (SentenceEmbedding embedding : embeddings.subList(1, embeddings.size())) {
            json.number(SimilarityFunction.COSINE.similarity(first, embedding.vector()));
        }
        return Reply.json(json.endArray().toString());
    }
}

package io.tesserae.server.route;

import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import java.util.List;

/** {@code /embed}: a vector for each text. */
record EmbedRoute(Models models, TextInputs texts) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        Members members = query.members();
        Embedder embedder = Embedder.choose(models, members, texts);
        List<String> inputs = texts.read(members, "inputs", embedder.tokenizer());
        List<SentenceEmbedding> embeddings = embedder.embed(inputs, members, members.bool("normalize", true), call);
        JsonText json = new JsonText();
        json.array(embeddings, (out, embedding) -> out.floats(embedding.vector()));
        return Reply.json(json.toString());
    }
}

package io.tesserae.server.route;

import io.tesserae.pipelines.sentence.SparseEmbedding;
import io.tesserae.pipelines.sentence.SparseEmbeddingOptions;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;
import io.tesserae.server.task.SparseVectorJson;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code /embed_sparse}: words of the vocabulary and their weights, for each text. */
record EmbedSparseRoute(Models models, TextInputs texts) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        Members members = query.members();
        var task = models.choose(Embedder.model(members), OpenModel::sparseEmbedding, "makes sparse embeddings");
        var pipeline = task.pipeline();
        List<String> inputs = texts.read(members, "inputs", pipeline.tokenizer());
        inputs.forEach(call::read);
        texts.requireFitting(
                inputs.stream().map(TextInput::of).toList(), members, pipeline.tokenizer(), pipeline.maxLength());
        SparseEmbeddingOptions options =
                new SparseEmbeddingOptions(members.string("prompt_name"), Optional.empty(), OptionalInt.empty(), 0);
        List<SparseEmbedding> answers = task.answer(inputs, options, call);
        JsonText json = new JsonText();
        json.array(answers, (out, answer) -> SparseVectorJson.write(out, answer.vector()));
        return Reply.json(json.toString());
    }
}

package io.tesserae.server.route;

import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.server.json.Members;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;
import io.tesserae.server.serving.ServedTask;
import io.tesserae.tokenizer.Tokenizer;
import java.util.List;
import java.util.Optional;

/** A model that makes embeddings, as the routes want it. */
record Embedder(
        ServedTask<SentenceEmbeddingPipeline, String, SentenceEmbeddingOptions, SentenceEmbedding> task,
        TextInputs texts) {

    /** The model that a request names, or the first. */
    static Embedder choose(Models models, Members members, TextInputs texts) {
        return new Embedder(models.choose(model(members), OpenModel::embedding, "makes embeddings"), texts);
    }

    /** The model's name in a request; empty where it says none. */
    static Optional<String> model(Members members) {
        return members.string("model").filter(name -> !name.isBlank());
    }

    Tokenizer tokenizer() {
        return task.pipeline().tokenizer();
    }

    List<SentenceEmbedding> embed(List<String> inputs, Members members, boolean normalize, Call call) {
        return embed(inputs, members, members, normalize, call);
    }

    /** @param parameters where the choices stand, if not beside the inputs */
    List<SentenceEmbedding> embed(
            List<String> inputs, Members members, Members parameters, boolean normalize, Call call) {
        inputs.forEach(call::read);
        SentenceEmbeddingOptions options = new SentenceEmbeddingOptions(
                parameters.string("prompt_name"), Optional.empty(), members.integer("dimensions"), normalize, 0);
        SentenceEmbeddingPipeline pipeline = task.pipeline();
        texts.requireFitting(
                inputs.stream().map(TextInput::of).toList(), parameters, tokenizer(), pipeline.maxLength());
        return task.answer(inputs, options, call);
    }
}

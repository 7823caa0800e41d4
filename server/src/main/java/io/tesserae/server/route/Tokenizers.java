package io.tesserae.server.route;

import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.Members;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;
import io.tesserae.server.serving.ServedTask;
import io.tesserae.server.task.TaskJson;
import io.tesserae.tokenizer.Tokenizer;
import java.util.Optional;

/** The tokenizers of models. */
final class Tokenizers {

    private Tokenizers() {}

    /** That of the model that a request names, or of the first that has one. */
    static Tokenizer choose(Models models, Members members) {
        return models.choose(Embedder.model(members), Tokenizers::of, "reads texts");
    }

    /** That of a model; empty where it takes no texts. */
    static Optional<Tokenizer> of(OpenModel model) {
        return tokenizer(model.tasks().getFirst());
    }

    private static <P extends Pipeline<I, O, A>, I, O, A> Optional<Tokenizer> tokenizer(ServedTask<P, I, O, A> task) {
        TaskJson<P, I, O, A> json = task.json();
        return json.tokenizer(task.pipeline());
    }

    static void requireBatch(int size, int most) {
        if (size > most) {
            throw RequestException.validation("batch size " + size + " > maximum allowed batch size " + most);
        }
    }
}

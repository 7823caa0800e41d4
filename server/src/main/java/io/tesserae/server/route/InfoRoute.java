package io.tesserae.server.route;

import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.sentence.TextRankingPipeline;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.model.ServerOptions;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;
import io.tesserae.server.task.LateRanking;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code /info}: the first model, by the names of text-embeddings-inference, and the limits. */
record InfoRoute(Models models, ServerOptions options) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        OpenModel open = models.all().getFirst();
        JsonText json = new JsonText()
                .begin()
                .name("model_id")
                .string(open.model().name())
                .name("model_sha")
                .nothing()
                .name("model_dtype")
                .string(open.storedType())
                .name("model_type");
        writeType(json, open);
        json.name("max_concurrent_requests")
                .integer(options.limits().maxConcurrentRequests())
                .name("max_input_length")
                .integer(maxLength(open))
                .name("max_batch_tokens")
                .integer(options.limits().maxBatchTokens())
                .name("max_batch_requests")
                .nothing()
                .name("max_client_batch_size")
                .integer(options.limits().maxClientBatchSize())
                .name("auto_truncate")
                .bool(options.autoTruncate())
                .name("tokenization_workers")
                .integer(Runtime.getRuntime().availableProcessors())
                .name("version")
                .string(version())
                .end();
        return Reply.json(json.toString());
    }

    private static void writeType(JsonText json, OpenModel open) {
        json.begin();
        if (open.embedding().isPresent()) {
            json.name("embedding").begin().name("pooling").string(pooling(open)).end();
        } else if (open.ranking().isPresent()) {
            writeLabels(json.name("reranker"), open);
        } else if (open.classification().isPresent()) {
            writeLabels(json.name("classifier"), open);
        } else {
            json.name("task").string(open.tasks().getFirst().name());
        }
        json.end();
    }

    private static String pooling(OpenModel open) {
        SentenceEmbeddingPipeline pipeline = open.embedding().orElseThrow().pipeline();
        return pipeline.model().config().poolingModes().stream()
                .map(mode -> mode.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("+"));
    }

    private static void writeLabels(JsonText json, OpenModel open) {
        Map<Integer, String> labels = open.model().config().labels().byId();
        json.begin().name("id2label").begin();
        labels.forEach((id, label) -> json.name(Integer.toString(id)).string(label));
        json.end().name("label2id").begin();
        labels.forEach((id, label) -> json.name(label).integer(id));
        json.end().end();
    }

    private static int maxLength(OpenModel open) {
        return open.embedding()
                .map(task -> task.pipeline().maxLength())
                .or(() -> open.ranking().map(task -> switch (task.pipeline()) {
                    case TextRankingPipeline pairs -> pairs.maxLength();
                    case LateRanking texts -> texts.maxLength();
                    default -> 0;
                }))
                .or(() -> open.classification().map(task -> task.pipeline().maxLength()))
                .orElse(0);
    }

    private static String version() {
        String version = InfoRoute.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}

package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.engine.Engine;
import io.tesserae.generated.ColBertFolder;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.LateInteractionPipeline;
import io.tesserae.pipelines.sentence.RankedText;
import io.tesserae.server.model.ServedModel;
import io.tesserae.server.model.ServerOptions;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model for late interaction is served: it ranks texts, with the scores of its pipeline. */
@Timeout(120)
class LateRankingTest {

    private static final List<String> TEXTS = List.of("a long day", "one film", "the film was good", "one film");
    private static final String JSON_TEXTS = "[\"a long day\",\"one film\",\"the film was good\",\"one film\"]";

    @TempDir
    private static Path folder;

    private static Engine engine;
    private static TesseraeServer server;
    private static Client client;
    private static List<RankedText> expected;
    private static List<RankedText> expectedOfBgeM3;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.builder().threads(1).build();
        ColBertFolder.ofPyLate(folder, new JsonObject());
        try (LateInteractionPipeline pipeline = Pipelines.lateInteraction(folder, engine)) {
            expected = pipeline.rank("a good film", TEXTS);
        }
        Path bgeM3 = Packed.checkpoint(Path.of("../testdata/bge-m3"));
        try (LateInteractionPipeline pipeline = Pipelines.lateInteraction(bgeM3, engine)) {
            expectedOfBgeM3 = pipeline.rank("a good film", TEXTS);
        }
        server = TesseraeServer.start(
                ServerOptions.DEFAULT.withPort(0),
                List.of(
                        ServedModel.of("late", ModelFiles.directory(folder), engine),
                        ServedModel.of("bge-m3", ModelFiles.directory(bgeM3), engine)));
        client = Client.of(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        engine.close();
    }

    private static void assertRanked(HttpResponse<String> response, String index) {
        assertRanked(expected, response, index);
    }

    private static void assertRanked(List<RankedText> expected, HttpResponse<String> response, String index) {
        assertEquals(200, response.statusCode(), response.body());
        JsonArray ranked = Client.json(response).getAsJsonArray();
        assertEquals(expected.size(), ranked.size());
        for (int i = 0; i < ranked.size(); i++) {
            JsonObject text = ranked.get(i).getAsJsonObject();
            assertEquals(expected.get(i).index(), text.get(index).getAsInt());
            assertEquals(expected.get(i).text(), text.get("text").getAsString());
            assertEquals(expected.get(i).score(), text.get("score").getAsFloat());
        }
    }

    @Test
    void reranksWithTheScoresOfThePipelineWhateverRawScoresSays() throws Exception {
        String request = "{\"query\":\"a good film\",\"texts\":" + JSON_TEXTS + ",\"return_text\":true";
        assertRanked(client.post("/rerank", request + "}"), "index");
        assertRanked(client.post("/rerank", request + ",\"raw_scores\":true}"), "index");
        assertRanked(client.post("/rerank", request + ",\"model\":\"late\"}"), "index");
    }

    @Test
    void aModelOfSeveralFunctionsEmbedsAndRanks() throws Exception {
        String request = "{\"model\":\"bge-m3\",\"query\":\"a good film\",\"texts\":" + JSON_TEXTS;
        assertRanked(expectedOfBgeM3, client.post("/rerank", request + ",\"return_text\":true}"), "index");
        HttpResponse<String> embedded = client.post("/embed", "{\"inputs\":\"a good film\"}");
        assertEquals(200, embedded.statusCode(), embedded.body());
    }

    @Test
    void theTaskRanksToo() throws Exception {
        String request = "{\"inputs\":{\"query\":\"a good film\",\"documents\":" + JSON_TEXTS + "}";
        assertRanked(client.post("/v1/tasks/text-ranking", request + "}"), "corpus_id");
        JsonElement best =
                Client.json(client.post("/v1/tasks/text-ranking", request + ",\"parameters\":{\"top_k\":1}}"));
        assertEquals(1, best.getAsJsonArray().size());
    }

    @Test
    void aFunctionOfScoresAndALongTextAreRefused() throws Exception {
        HttpResponse<String> function = client.post(
                "/v1/tasks/text-ranking",
                "{\"inputs\":{\"query\":\"a\",\"documents\":[\"b\"]},\"parameters\":{\"function_to_apply\":\"sigmoid\"}}");
        assertEquals(422, function.statusCode(), function.body());
        assertTrue(function.body().contains("function_to_apply"), function.body());
        HttpResponse<String> tooLong = client.post(
                "/rerank", "{\"query\":\"a\",\"texts\":[\"" + "film ".repeat(3000) + "\"],\"truncate\":false}");
        assertEquals(422, tooLong.statusCode(), tooLong.body());
    }
}

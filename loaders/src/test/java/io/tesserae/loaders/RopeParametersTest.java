package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.RopeParameters;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.RotaryTable;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.RotaryEmbedding;
import io.tesserae.loaders.files.ModelLoadingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What config.json says of how positions turn queries and keys, by the numbers that transformers' LlamaRotaryEmbedding makes of it. */
class RopeParametersTest {

    private static final int HEAD_SIZE = 12;

    /**
     * A file, and what the reference makes of it.
     *
     * @param members of config.json
     * @param frequencies {@code inv_freq}
     * @param amplitude {@code attention_scaling}
     */
    record Case(String members, double[] frequencies, double amplitude) {

        static Case of(String members, double amplitude, double... frequencies) {
            return new Case(members, frequencies, amplitude);
        }

        @Override
        public String toString() {
            return members;
        }
    }

    static List<Case> cases() {
        double[] of10000 = {1, 0.215443447, 0.046415884, 0.00999999978, 0.00215443433, 0.000464158948};
        double[] of500 = {1, 0.354953676, 0.125992104, 0.0447213612, 0.0158740096, 0.00563453929};
        String yarn = "\"rope_type\": \"yarn\", \"original_max_position_embeddings\": 512, \"rope_theta\": 10000.0";
        double[] ofYarn = {1, 0.161582574, 0.0232079402, 0.00249999994, 0.000538608583, 0.000116039737};
        return List.of(
                new Case("", of10000, 1),
                new Case("\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500.0}", of500, 1),
                new Case("\"rope_theta\": 500.0", of500, 1),
                new Case("\"rope_scaling\": null, \"rope_theta\": 500", of500, 1),
                new Case("\"rope_theta\": 7.0, \"rope_parameters\": {\"rope_theta\": 500.0}", of500, 1),
                Case.of(
                        "\"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 2.5, \"rope_theta\": 10000.0}",
                        1,
                        0.400000006,
                        0.0861773789,
                        0.0185663532,
                        0.00399999972,
                        0.000861773733,
                        0.000185663579),
                Case.of(
                        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0}, \"rope_theta\": 900.0",
                        1,
                        0.25,
                        0.080457449,
                        0.0258936007,
                        0.00833333377,
                        0.00268191448,
                        0.000863120193),
                Case.of(
                        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0},"
                                + " \"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500.0}",
                        1,
                        0.25,
                        0.0538608618,
                        0.011603971,
                        0.00249999994,
                        0.000538608583,
                        0.000116039737),
                Case.of(
                        "\"rope_scaling\": {},"
                                + " \"rope_parameters\": {\"rope_type\": \"linear\", \"factor\": 2, \"rope_theta\": 500.0}",
                        1,
                        0.5,
                        0.177476838,
                        0.0629960522,
                        0.0223606806,
                        0.00793700479,
                        0.00281726965),
                new Case("\"rope_parameters\": {\"rope_type\": \"dynamic\", \"factor\": 3.0}", of10000, 1),
                Case.of(
                        "\"rope_parameters\": {\"rope_type\": \"llama3\", \"factor\": 8.0, \"low_freq_factor\": 1.0,"
                                + " \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 128,"
                                + " \"rope_theta\": 500000.0}",
                        1,
                        1,
                        0.0561540797,
                        0.00157490105,
                        0.000176776681,
                        1.98425078e-05,
                        2.22724748e-06),
                Case.of(
                        "\"max_position_embeddings\": 64, \"rope_parameters\": {\"rope_type\": \"llama3\","
                                + " \"factor\": 32.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 2.0,"
                                + " \"rope_theta\": 300.0}",
                        1,
                        1,
                        0.386497289,
                        0.0801461041,
                        0.00180421944,
                        0.000697325915,
                        0.000269514654),
                Case.of(
                        "\"original_max_position_embeddings\": 100, \"rope_parameters\": {\"rope_type\": \"llama3\","
                                + " \"factor\": 8.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0,"
                                + " \"original_max_position_embeddings\": 8192, \"rope_theta\": 300.0}",
                        1,
                        1,
                        0.386497289,
                        0.0786873102,
                        0.00721687777,
                        0.00278930366,
                        0.00107805862),
                new Case("\"rope_parameters\": {\"factor\": 4.0, " + yarn + "}", ofYarn, 1.138629436),
                Case.of(
                        "\"rope_parameters\": {\"rope_type\": \"yarn\", \"factor\": 4.0,"
                                + " \"original_max_position_embeddings\": 256, \"rope_theta\": 10000.0,"
                                + " \"beta_fast\": 16.0, \"beta_slow\": 0.5, \"mscale\": 0.8, \"mscale_all_dim\": 0.5,"
                                + " \"truncate\": false}",
                        1.038892975,
                        1,
                        0.187453628,
                        0.0249666367,
                        0.00249999994,
                        0.000538608583,
                        0.000116039737),
                new Case(
                        "\"rope_parameters\": {\"factor\": 4, \"attention_factor\": 0.75, \"mscale\": 0.8,"
                                + " \"mscale_all_dim\": 0.5, " + yarn + "}",
                        ofYarn,
                        0.75),
                new Case(
                        "\"rope_parameters\": {\"factor\": 4.0, \"beta_fast\": 0, \"beta_slow\": null, " + yarn + "}",
                        ofYarn,
                        1.138629436),
                Case.of(
                        "\"rope_parameters\": {\"factor\": 0.5, " + yarn + "}",
                        1,
                        1,
                        0.28725794,
                        0.077359803,
                        0.0199999996,
                        0.00430886867,
                        0.000928317895));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void frequenciesAreTheReferences(Case one) {
        RotaryTable table = at(read(one.members()), 1);
        for (int pair = 0; pair < one.frequencies().length; pair++) {
            double cosine = table.cosines()[pair];
            double sine = table.sines()[pair + HEAD_SIZE / 2];
            double frequency = one.frequencies()[pair];
            assertEquals(frequency, Math.atan2(sine, cosine), 3e-7 * frequency, "frequency " + pair);
            assertEquals(one.amplitude(), Math.hypot(sine, cosine), 3e-7 * one.amplitude(), "amplitude " + pair);
        }
    }

    /** transformers' LlamaRotaryEmbedding at position 100,003: an angle has been rounded, and so has its sine. */
    @Test
    void farAnglesAreRoundedAsTheReferencesAre() {
        RotaryEmbedding rope = read("\"max_position_embeddings\": 131072, \"rope_theta\": 500000.0");
        RotaryTable table = at(rope, 100_003);
        float[] frequencies = RotaryEmbedding.frequencies(HEAD_SIZE, 500_000);
        for (int pair = 0; pair < frequencies.length; pair++) {
            float angle = 100_003 * frequencies[pair];
            assertEquals(Math.cos(angle), table.cosines()[pair], 1e-7);
            assertEquals(Math.sin(angle), table.sines()[pair + HEAD_SIZE / 2], 1e-7);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "rope_parameters": {"rope_type": "longrope", "factor": 2.0}                      | rope_type
            "rope_parameters": {"rope_type": "Linear", "factor": 2.0}                        | rope_type
            "rope_parameters": {"rope_type": 3}                                              | rope_type
            "rope_parameters": {"type": "su", "factor": 2.0}                                 | type
            "rope_scaling": {"type": "mrope", "mrope_section": [1, 2, 3]}                    | type
            "rope_parameters": "linear"                                                      | rope_parameters
            "rope_parameters": [{"rope_type": "linear", "factor": 2.0}]                      | rope_parameters
            "rope_scaling": 2.0                                                              | rope_scaling
            "rope_parameters": {"rope_type": "linear"}                                       | factor
            "rope_parameters": {"rope_type": "linear", "factor": null}                       | factor
            "rope_parameters": {"rope_type": "linear", "factor": 0}                          | factor
            "rope_parameters": {"rope_type": "linear", "factor": -2.0}                       | factor
            "rope_parameters": {"rope_type": "linear", "factor": 1e999}                      | factor
            "rope_parameters": {"rope_type": "linear", "factor": "2"}                        | factor
            "rope_parameters": {"rope_type": "linear", "factor": true}                       | factor
            "rope_parameters": {"rope_type": "yarn", "original_max_position_embeddings": 9}  | factor
            "rope_parameters": {"rope_type": "yarn", "factor": null}                         | factor
            "rope_parameters": {"rope_type": null, "factor": 2.0}                            | rope_type
            "rope_parameters": {"rope_type": null, "type": "linear", "factor": 2.0}          | rope_type
            "rope_parameters": {"type": null, "factor": 2.0}                                 | type
            "rope_parameters": {"rope_type": "llama3", "factor": 2.0, "high_freq_factor": 2} | low_freq_factor
            "rope_parameters": {"rope_type": "llama3", "factor": 2.0, "low_freq_factor": 2}  | high_freq_factor
            "rope_theta": 0                                                                  | rope_theta
            "rope_theta": -3.0                                                               | rope_theta
            "rope_theta": "10000"                                                            | rope_theta
            "rope_parameters": {"rope_theta": null}                                          | rope_theta
            "rope_parameters": {"rope_theta": [10.0]}                                        | rope_theta
            "partial_rotary_factor": 0.5                                                     | partial_rotary_factor
            "rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5}        | partial_rotary_factor
            "max_position_embeddings": 0, "rope_parameters": {"rope_type": "yarn", "factor": 2.0} | max_position_embeddings
            """)
    void whatIsNotReadIsRefusedByItsKey(String members, String key) {
        String message =
                assertThrows(ModelLoadingException.class, () -> read(members)).getMessage();
        assertTrue(message.startsWith("config.json: "), message);
        assertTrue(message.contains(" " + key + ": expected "), message);
        assertTrue(message.contains(", found "), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static RotaryEmbedding read(String members) {
        String json = "{\"model_type\": \"llama\"" + (members.isEmpty() ? "" : ", ") + members + "}";
        return RopeParameters.read(PretrainedConfig.parse(json, "config.json"), HEAD_SIZE);
    }

    private static RotaryTable at(RotaryEmbedding rope, int position) {
        try (Workspace workspace = Engine.shared().machine().workspace();
                Frame frame = workspace.frame()) {
            RotaryTable table = rope.at(frame, new int[] {position}).table();
            return new RotaryTable(
                    table.cosines().clone(), table.sines().clone(), table.channels(), table.interleaved());
        }
    }
}

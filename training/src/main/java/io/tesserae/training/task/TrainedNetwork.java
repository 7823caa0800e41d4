package io.tesserae.training.task;

import io.tesserae.loaders.PretrainedConfig;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.network.Network;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A network with what is saved beside its weights.
 *
 * @param network itself
 * @param parameters all of them
 * @param config its configuration, with the changes that training made
 * @param configText the same as text
 * @param files the checkpoint that it began from
 */
record TrainedNetwork<N extends Network>(
        N network, Parameters parameters, PretrainedConfig config, String configText, ModelFiles files) {

    private static final int MOST_SHOWN = 8;

    /** The model as it is saved. */
    ModelFolder model(SequencedMap<String, Tensor> weights) {
        return ModelFolder.of(configText, weights, files);
    }

    /** What the network has embeddings for. */
    TextLimits textLimits() {
        return TextLimits.of(parameters);
    }

    /** What people should know of where its parameters are from. */
    List<String> notices() {
        List<String> anew = parameters.newlyInitialized();
        List<String> left = parameters.unused().stream()
                .filter(name -> !name.endsWith("position_ids")) // 0, 1, 2, … in old checkpoints
                .toList();
        List<String> notices = new ArrayList<>();
        if (anew.size() == parameters.all().size()) {
            notices.add("all " + anew.size() + " parameters begin anew");
        } else if (!anew.isEmpty()) {
            notices.add(listed(anew) + " begin anew: the checkpoint has none");
        }
        if (!left.isEmpty()) {
            notices.add(listed(left) + " of the checkpoint are left behind: they are no part of what is trained, and"
                    + " are not saved");
        }
        return List.copyOf(notices);
    }

    private static String listed(List<String> names) {
        String shown = names.stream().limit(MOST_SHOWN).collect(Collectors.joining(", "));
        return names.size() > MOST_SHOWN ? shown + " and " + (names.size() - MOST_SHOWN) + " others" : shown;
    }

    /**
     * Keeps parameters as they are.
     *
     * @throws TrainingException if one of these names no parameter, or none is left to be trained
     */
    void freeze(List<String> frozen) {
        for (String name : frozen) {
            Pattern pattern = Pattern.compile(
                    name.contains("*") ? Pattern.quote(name).replace("*", "\\E.*\\Q") : Pattern.quote(name) + ".*");
            List<Parameter> found = parameters.all().stream()
                    .filter(parameter -> pattern.matcher(parameter.name()).matches())
                    .toList();
            if (found.isEmpty()) {
                throw new TrainingException(
                        "--freeze: expected the beginning of a parameter's name, or a pattern with *, as "
                                + parameters.all().getFirst().name() + ", found " + name);
            }
            found.forEach(Parameter::freeze);
        }
        if (parameters.all().stream().noneMatch(Parameter::isTrained)) {
            throw new TrainingException("--freeze: nothing is left to be trained, of "
                    + parameters.all().size() + " parameters");
        }
    }
}

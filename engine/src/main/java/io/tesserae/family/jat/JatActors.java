package io.tesserae.family.jat;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.family.common.GptNeoTransformer;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.layer.decoder.DecoderContext;
import io.tesserae.layer.decoder.DecoderPass;
import io.tesserae.layer.decoder.KvCache;
import io.tesserae.model.episode.ActingState;
import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.GeneralistShape;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Episodes that go on: {@code JatModel.get_next_action}.
 *
 * <p>The reference reads at every step the last observation, the last action, the new observation, and an action that is provisional; then it
 * lets go of the last two, and of the beginning where there are no positions left for it. The provisional action changes nothing, since no token
 * sees a later one: it is left out here. Nor is the last observation computed again while nothing was let go of, since its keys and values are those
 * that it has. Once the beginning is let go of, positions begin anew behind what is kept, and the last observation is read again
 * at its new one.
 */
final class JatActors implements ActingState {

    /** How many actors, and how much is kept of each one's episode. */
    record Extent(int actors, OptionalInt contextTokens) {

        private static final int MOST_ACTORS = 1 << 20;

        Extent {
            Arguments.require(contextTokens, "contextTokens");
            if (actors < 1 || actors > MOST_ACTORS) {
                throw new IllegalArgumentException(
                        "actors: expected 1 or more, at most " + MOST_ACTORS + ", found " + actors);
            }
            if (contextTokens.isPresent() && contextTokens.getAsInt() < 1) {
                throw new IllegalArgumentException(
                        "contextTokens: expected 1 or more, found " + contextTokens.getAsInt());
            }
        }
    }

    /** Tokens that an episode has room for at first. */
    private static final int FIRST_CAPACITY = 32;

    private final Engine engine;
    private final JatConfig config;
    private final StepEmbeddings steps;
    private final GptNeoTransformer transformer;
    private final Predictions predictions;
    private final GeneralistShape shape;
    private final int mostKept; // tokens before a step
    private final Actor[] actors;
    private KvCache cache; // null once it is closed

    /** One actor's last step. */
    private static final class Actor {
        private Observations observed; // null before the first step
        private float[] embedded; // [hidden], the same without its position
        private Actions acted; // null until it is said
        private boolean observationIsKept; // whether the cache ends with it

        private void reset() {
            observed = null;
            embedded = null;
            acted = null;
            observationIsKept = false;
        }
    }

    JatActors(
            Engine engine,
            StepEmbeddings steps,
            GptNeoTransformer transformer,
            Predictions predictions,
            GeneralistShape shape,
            Extent extent) {
        this.engine = engine;
        this.config = steps.config();
        this.steps = steps;
        this.transformer = transformer;
        this.predictions = predictions;
        this.shape = shape;
        this.mostKept = Math.min(
                config.maxPositionEmbeddings() - 4, extent.contextTokens().orElse(Integer.MAX_VALUE));
        this.actors = new Actor[extent.actors()];
        Arrays.setAll(actors, actor -> new Actor());
        int capacity = Math.min(FIRST_CAPACITY, config.maxPositionEmbeddings());
        this.cache = new KvCache(transformer.shape().attention(), config.layers(), actors.length, capacity);
    }

    @Override
    public int actors() {
        return actors.length;
    }

    @Override
    public int keptTokens(int actor) {
        return cache().length(actor) - (actors[actor].observationIsKept ? 1 : 0);
    }

    @Override
    public void reset(int actor) {
        cache().forget(actor, 0, cache().length(actor));
        actors[actor].reset();
    }

    @Override
    public List<Tensor> predict(List<Sight> sights) {
        require(sights);
        int[] starts = starts(sights);
        try (Workspace workspace = engine.machine().workspace();
                Frame frame = workspace.frame()) {
            int hidden = config.hiddenSize();
            Tensor observed = frame.tensor(sights.size(), hidden); // [sights, hidden]
            steps.observe(
                    frame,
                    sights.stream()
                            .map(s -> new StepEmbeddings.Seen(s.observation(), new float[] {s.reward()}))
                            .toList(),
                    observed);
            Tensor x = tokens(frame, sights, starts, observed); // [new tokens, hidden]
            DecoderPass pass = DecoderPass.continuing(starts, cache(), DecoderContext.NONE, Recording.none(starts));
            int[] last = lastRows(sights, starts);
            Tensor hiddenStates =
                    transformer.forward(frame, x, positions(starts), pass, Rows.of(last)); // [sights, hidden], by actor
            for (int i = 0; i < sights.size(); i++) {
                keep(sights.get(i), Arrays.copyOfRange(observed.data(), i * hidden, (i + 1) * hidden));
            }
            return predictions(workspace, sights, last, starts, hiddenStates);
        }
    }

    /** New tokens of each actor: its last observation unless that is kept, its last action, and what it sees now. */
    private int[] starts(List<Sight> sights) {
        int[] starts = new int[actors.length + 1];
        for (Sight sight : sights) {
            Actor actor = actors[sight.actor()];
            starts[sight.actor() + 1] = actor.observed == null ? 1 : actor.observationIsKept ? 2 : 3;
        }
        for (int actor = 0; actor < actors.length; actor++) {
            starts[actor + 1] += starts[actor];
        }
        return starts;
    }

    private Tensor tokens(Frame frame, List<Sight> sights, int[] starts, Tensor observed) {
        int hidden = config.hiddenSize();
        Tensor x = frame.tensor(starts[actors.length], hidden); // [new tokens, hidden]
        List<Actions> acted = new ArrayList<>();
        for (Sight sight : sights) {
            if (actors[sight.actor()].observed != null) {
                acted.add(actors[sight.actor()].acted);
            }
        }
        try (Frame inside = frame.workspace().frame()) {
            Tensor embedded = inside.tensor(acted.size(), hidden); // [actions, hidden]
            steps.act(inside, acted, embedded);
            int action = 0;
            for (int i = 0; i < sights.size(); i++) {
                int index = sights.get(i).actor();
                Actor actor = actors[index];
                int end = starts[index + 1];
                System.arraycopy(observed.data(), i * hidden, x.data(), (end - 1) * hidden, hidden);
                if (actor.observed != null) {
                    System.arraycopy(embedded.data(), action++ * hidden, x.data(), (end - 2) * hidden, hidden);
                    if (!actor.observationIsKept) {
                        System.arraycopy(actor.embedded, 0, x.data(), (end - 3) * hidden, hidden);
                    }
                }
            }
        }
        return x;
    }

    /** Behind what is kept, wherever that was computed. */
    private int[] positions(int[] starts) {
        int[] positions = new int[starts[actors.length]];
        for (int actor = 0; actor < actors.length; actor++) {
            for (int token = starts[actor]; token < starts[actor + 1]; token++) {
                positions[token] = cache().length(actor) + token - starts[actor];
            }
        }
        return positions;
    }

    /** What each actor sees now, in the order of the actors. */
    private static int[] lastRows(List<Sight> sights, int[] starts) {
        return sights.stream()
                .mapToInt(sight -> starts[sight.actor() + 1] - 1)
                .sorted()
                .toArray();
    }

    /** What is kept of an episode for its next step. */
    private void keep(Sight sight, float[] embedded) {
        Actor actor = actors[sight.actor()];
        actor.observed = sight.observation();
        actor.embedded = embedded;
        actor.acted = null;
        int before = cache().length(sight.actor()) - 1; // tokens before what is seen now
        int kept = Math.min(before, mostKept);
        actor.observationIsKept = kept == before;
        if (!actor.observationIsKept) {
            cache().forget(sight.actor(), before - kept, 1);
        }
    }

    private List<Tensor> predictions(
            Workspace workspace, List<Sight> sights, int[] last, int[] starts, Tensor hiddenStates) {
        List<Tensor> predicted = new ArrayList<>();
        int numbers = 0;
        int choices = 0;
        for (Sight sight : sights) {
            switch (sight.actions()) {
                case Expected.Numbers(int count) -> numbers = Math.max(numbers, count);
                case Expected.Choices(int count) -> choices = Math.max(choices, count);
            }
        }
        Tensor ofNumbers = predictions.firstNumbers(workspace, hiddenStates, numbers); // [sights, numbers]
        Tensor ofChoices = predictions.firstWords(workspace, hiddenStates, choices); // [sights, choices]
        for (Sight sight : sights) {
            int row = Arrays.binarySearch(last, starts[sight.actor() + 1] - 1);
            predicted.add(NotFinite.warn(
                    "predictions",
                    switch (sight.actions()) {
                        case Expected.Numbers(int count) -> row(ofNumbers, row, count);
                        case Expected.Choices(int count) -> row(ofChoices, row, count);
                    }));
        }
        return List.copyOf(predicted);
    }

    private static Tensor row(Tensor rows, int row, int count) {
        int from = row * rows.dimension(1);
        return Tensor.of(Arrays.copyOfRange(rows.data(), from, from + count), count);
    }

    /** Everything that can be wrong is found before anything is changed. */
    private void require(List<Sight> sights) {
        cache();
        if (Arguments.requireAll(sights, "sights").isEmpty()) {
            throw new IllegalArgumentException("sights: expected one or more, found none");
        }
        boolean[] seen = new boolean[actors.length];
        for (Sight sight : sights) {
            if (sight.actor() < 0 || sight.actor() >= actors.length || seen[sight.actor()]) {
                throw new IllegalArgumentException(
                        "expected each actor once, from 0 to " + (actors.length - 1) + ", found " + sight.actor());
            }
            seen[sight.actor()] = true;
            requireStep(sight, actors.length == 1 ? "" : "actor " + sight.actor() + ": ");
        }
    }

    private void requireStep(Sight sight, String where) {
        Actor actor = actors[sight.actor()];
        if (actor.observed != null && actor.acted == null) {
            throw new IllegalStateException(where + "it has not been said what was done after the last prediction");
        }
        if (sight.observation().steps() != 1) {
            throw new IllegalArgumentException(where + "expected an observation of one step, found "
                    + sight.observation().steps());
        }
        if (actor.observed != null) {
            EpisodeChecks.requireLike(where, actor.observed, sight.observation());
        }
        EpisodeChecks.require(config, shape, where, sight.observation());
        if (!Float.isFinite(sight.reward())) {
            throw new IllegalArgumentException(where + "expected a finite reward, found " + sight.reward());
        }
        switch (sight.actions()) {
            case Expected.Numbers(int count) ->
                requireCount(where, "numbers", count, config.maxContinuousSize(), "max_continuous_size");
            case Expected.Choices(int count) -> requireCount(where, "choices", count, config.vocabSize(), "vocab_size");
        }
    }

    private static void requireCount(String where, String what, int count, int most, String key) {
        if (count < 1 || count > most) {
            throw new IllegalArgumentException(where + "the model expresses actions of 1 to " + most + " " + what + " ("
                    + key + " in config.json), found " + count);
        }
    }

    @Override
    public void acted(int actor, Actions action) {
        cache();
        if (actors[actor].observed == null || actors[actor].acted != null) {
            throw new IllegalStateException("actor " + actor + " has not been asked what to do");
        }
        if (Arguments.require(action, "action").steps() != 1) {
            throw new IllegalArgumentException("action: expected one step, found " + action.steps());
        }
        EpisodeChecks.require(config, "action: ", action);
        actors[actor].acted = action;
    }

    private KvCache cache() {
        if (cache == null) {
            throw new IllegalStateException("this state is closed; ask the model for a new one");
        }
        return cache;
    }

    @Override
    public void close() {
        cache = null;
    }
}

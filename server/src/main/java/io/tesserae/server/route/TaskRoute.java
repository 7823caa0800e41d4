package io.tesserae.server.route;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.Pipeline;
import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.json.Members;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.ServedTask;
import io.tesserae.server.task.Asked;
import io.tesserae.server.task.TaskRequest;
import java.util.ArrayList;
import java.util.List;

/** {@code /v1/tasks/{task}}: any task, with the parameters and the answers of transformers' pipelines. */
record TaskRoute(Models models) implements Route {

    @Override
    public Reply answer(Query query, Call call) {
        String name = query.lastSegment();
        requireTask(name);
        Members members = query.members();
        members.requireOnly("model", "inputs", "parameters");
        ServedTask<?, ?, ?, ?> task = models.choose(Embedder.model(members), model -> model.task(name), "does " + name);
        Members parameters = members.value("parameters")
                .map(value -> Members.of(value, "parameters"))
                .orElse(Members.NONE);
        return Reply.json(answer(task, members.require("inputs"), parameters, call));
    }

    private static void requireTask(String name) {
        try {
            Pipelines.task(name);
        } catch (IllegalArgumentException e) {
            throw new RequestException(ErrorType.NOT_FOUND, "there is no such task; GET /v1/tasks lists them");
        }
    }

    private static <P extends Pipeline<I, O, A>, I, O, A> String answer(
            ServedTask<P, I, O, A> task, JsonElement inputs, Members parameters, Call call) {
        TaskRequest<I, O, A> request = task.json().read(parameters);
        List<Asked<I, A>> asked = new ArrayList<>();
        if (inputs instanceof JsonArray array) {
            for (JsonElement element : array) {
                asked.add(request.format().read(element, "inputs[" + asked.size() + "]"));
            }
        } else {
            asked.add(request.format().read(inputs, "inputs"));
        }
        List<List<A>> answers = task.answerAsked(asked, request.options(), call);
        JsonText json = new JsonText();
        if (!(inputs instanceof JsonArray)) {
            asked.getFirst().writer().accept(json, answers.getFirst());
            return json.toString();
        }
        json.beginArray();
        for (int i = 0; i < asked.size(); i++) {
            asked.get(i).writer().accept(json, answers.get(i));
        }
        return json.endArray().toString();
    }
}
